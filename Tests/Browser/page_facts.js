// What the check wants to know of a page, as one JSON value. Evaluated in the page.
() => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    const visible = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
    const brief = (element) => element.outerHTML.replace(/\s+/g, ' ').slice(0, 90);
    const name = (element) =>
        (element.getAttribute('aria-label') || element.innerText || element.value || '').trim()
        || [...element.querySelectorAll('img[alt], svg[aria-label]')]
            .map((picture) => picture.getAttribute('alt') || picture.getAttribute('aria-label')).join(' ').trim();

    // Any CSS colour as [red, green, blue, alpha], by painting it.
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    const brush = canvas.getContext('2d', { willReadFrequently: true });
    const colour = (text) => {
        brush.clearRect(0, 0, 1, 1);
        brush.fillStyle = text;
        brush.fillRect(0, 0, 1, 1);
        const [red, green, blue, alpha] = brush.getImageData(0, 0, 1, 1).data;
        return [red, green, blue, alpha / 255];
    };
    const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
    const luminance = (rgb) => {
        const [red, green, blue] = rgb.map((value) => {
            const part = value / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    // What an element stands on; null when a picture or a gradient makes that unknowable.
    const ground = (element) => {
        const layers = [];
        for (let at = element; at; at = at.parentElement) {
            const style = getComputedStyle(at);
            if (style.backgroundImage !== 'none') return null;
            const layer = colour(style.backgroundColor);
            if (layer[3] > 0) layers.push(layer);
            if (layer[3] === 1) break;
        }
        const page = matchMedia('(prefers-color-scheme: dark)').matches
            && getComputedStyle(document.documentElement).colorScheme.includes('dark') ? [18, 18, 18] : [255, 255, 255];
        return layers.reverse().reduce((under, layer) => over(layer, under), page);
    };
    // WCAG 2.2, 1.4.3: 4.5 to 1, and 3 to 1 for large text.
    const faint = [];
    for (const element of all('body *')) {
        const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
        if (!hasText || !visible(element) || element.closest('svg, script, style, [aria-hidden=true], :disabled')) continue;
        const box = element.getBoundingClientRect();
        if (box.width <= 1 || box.height <= 1) continue;
        const style = getComputedStyle(element);
        const under = ground(element);
        if (under === null) continue;
        const text = over(colour(style.color), under);
        const [light, dark] = [luminance(text), luminance(under)].sort((a, b) => b - a);
        const ratio = (light + 0.05) / (dark + 0.05);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700);
        if (ratio < (large ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)}:1 ${brief(element)}`);
    }

    const ids = all('[id]').map((element) => element.id);
    const width = document.documentElement.clientWidth;
    const scrolls = (element) => {
        for (let at = element.parentElement; at; at = at.parentElement) {
            if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(at).overflowX)) return true;
        }
        return false;
    };
    return {
        title: document.title,
        language: document.documentElement.lang,
        description: document.querySelector('meta[name=description]')?.content ?? '',
        headings: all('h1').filter(visible).map((heading) => heading.innerText.trim()),
        landmarks: {
            banner: all('body > header, [role=banner]').length,
            navigation: all('nav, [role=navigation]').length,
            main: all('main, [role=main]').length,
            contentinfo: all('body > footer, [role=contentinfo]').length,
        },
        unnamedNavigation: all('nav').length > 1
            ? all('nav:not([aria-label]):not([aria-labelledby])').map(brief) : [],
        skippedHeadings: all('h1, h2, h3, h4, h5, h6').filter(visible)
            .map((heading) => [Number(heading.tagName[1]), brief(heading)])
            .filter(([level], i, list) => i > 0 && level > list[i - 1][0] + 1).map(([, text]) => text),
        imagesWithoutAlt: all('img:not([alt])').map(brief),
        brokenImages: all('img').filter((image) => image.complete && image.naturalWidth === 0).map(brief),
        unnamedLinks: all('a[href], button').filter((e) => visible(e) && name(e) === '').map(brief),
        unlabelledFields: all('input:not([type=hidden]):not([type=submit]), select, textarea')
            .filter((field) => field.labels.length === 0 && !field.getAttribute('aria-label')
                && !field.getAttribute('aria-labelledby')).map(brief),
        repeatedIds: ids.filter((id, i) => ids.indexOf(id) !== i),
        leftovers: document.body.innerText.match(/\{\{|\{%|%\}|\}\}|Optional\(|undefined/g) ?? [],
        faint,
        overflow: document.documentElement.scrollWidth > width
            ? all('body *').filter((e) => e.getBoundingClientRect().right > width + 1 && !scrolls(e)).map(brief) : null,
        words: document.querySelector('main')?.innerText.trim().split(/\s+/).length ?? 0,
    };
}
