/**
 * What the libraries need to live under the page's content policy; boot.ts runs it before anything else.
 * - zod compiles parsers with `new Function` where it may; asking whether it may is already a violation.
 * - The chart library empties its container with `innerHTML = ''`; under `require-trusted-types-for 'script'`
 *   the default policy lets the empty string through and refuses all other markup.
 */
import { config } from 'zod';

interface PolicyFactory { createPolicy(name: string, rules: { createHTML: (markup: string) => string }): unknown; }

config({ jitless: true });

const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
factory?.createPolicy('default', {
  createHTML: (markup) => {
    if (markup !== '') throw new TypeError('markup from text is refused');
    return '';
  },
});
