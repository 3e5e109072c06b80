// A Vite plugin that puts the one script and the one style sheet of a page into its HTML.

/** @returns {import('vite').Plugin} */
export function singleFile() {
  return {
    name: 'assay:single-file',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = Object.values(bundle).find((file) => file.type === 'asset' && file.fileName.endsWith('.html'));
      if (page?.type !== 'asset') return;
      let html = String(page.source);
      const scripts = [];
      for (const [name, file] of Object.entries(bundle)) {
        if (file === page) continue;
        if (file.type === 'chunk') scripts.push(file.code);
        else if (name.endsWith('.css')) html = insert(html, '</head>', `<style>${withoutOldFonts(String(file.source))}</style>`);
        else this.error(`${name} cannot be put into the page`);
        delete bundle[name];
      }
      html = html.replace(/<script[^>]*src=[^>]*><\/script>/g, '').replace(/<link[^>]*rel="?(?:stylesheet|modulepreload)"?[^>]*>/g, '');
      // At the end of the body: an inline script is not deferred as a module file is. "</script" may
      // stand in a string of ours and would end the element.
      page.source = insert(html, '</body>', `<script type="module">${scripts.join('\n').replaceAll('</script', '<\\/script')}</script>`);
    },
  };
}

/** Every browser that can open the page reads woff2; the same fonts in older formats would double its size. @param {string} css */
function withoutOldFonts(css) {
  return css.replace(/,url\(data:font\/(?:woff|ttf);base64,[^)]*\) ?format\("(?:woff|truetype)"\)/g, '');
}

/** @param {string} html @param {string} before @param {string} text */
function insert(html, before, text) {
  const at = html.lastIndexOf(before);
  if (at < 0) throw new Error(`the page has no ${before}`);
  return html.slice(0, at) + text + html.slice(at);
}
