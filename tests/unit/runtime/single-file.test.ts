import { expect, test } from 'vitest';
import { singleFile } from '../../../electron/runtime/single-file.mjs';

test('script and style go into the page, and a closing tag in a string does not end the script', () => {
  const bundle = {
    'index.html': { type: 'asset', fileName: 'index.html', source: '<html><head><script type="module" crossorigin src="./a.js"></script><link rel="stylesheet" href="./a.css"></head><body></body></html>' },
    'a.js': { type: 'chunk', fileName: 'a.js', code: 'const text = "</script>$&";' },
    'a.css': { type: 'asset', fileName: 'a.css', source: 'p{color:red}' },
  };
  const { generateBundle } = singleFile() as unknown as { generateBundle(options: object, files: object): void };
  generateBundle.call({ error: (message: string) => { throw new Error(message); } }, {}, bundle);
  expect(Object.keys(bundle)).toEqual(['index.html']);
  expect(bundle['index.html'].source).toBe('<html><head><style>p{color:red}</style></head><body><script type="module">const text = "<\\/script>$&";</script></body></html>');
});
