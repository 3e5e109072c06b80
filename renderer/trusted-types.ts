/**
 * The page runs under `require-trusted-types-for 'script'`. The chart library empties its container with
 * `innerHTML = ''`, so the default policy lets the empty string through and refuses all other markup.
 */
interface PolicyFactory { createPolicy(name: string, rules: { createHTML: (markup: string) => string }): unknown; }

export function installTrustedTypes(): void {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  factory?.createPolicy('default', {
    createHTML: (markup) => {
      if (markup !== '') throw new TypeError('markup from text is refused');
      return '';
    },
  });
}
