/** The playground's form, the bytes in a row, and what they come to. */
export const PLAYGROUND_MARKUP = `
<div class="columns">
<section aria-labelledby="in">
  <h2 id="in">Bytes on a sandbox's stdout</h2>
  <div class="line">
    <label>Vector <select name="vector"></select></label>
    <label>Trap <select name="flag"></select></label>
  </div>
  <p class="why muted" role="status"></p>
  <label class="block">Bytes, as <select name="notation"><option value="text">text with escapes</option><option value="base64">base64</option><option value="hex">hex</option></select>
  <textarea name="input" rows="7" spellcheck="false" autocapitalize="off" autocomplete="off"></textarea></label>
  <p class="muted hint">A line's end is LF. <code>\\x1e</code> is the byte RS, <code>\\xff</code> any byte, <code>\\u{1F600}</code> a character, <code>\\\\</code> a backslash; pasted control characters, or their pictures, are what they show.</p>
  <p class="problem failed" role="alert" hidden></p>
  <div class="line">
    <label>Version <select name="protocol"><option value="1">1</option><option value="0">0, the founding draft</option></select></label>
    <label>maxFrameBytes <input name="maxFrameBytes" type="number" min="1" value="1048576"></label>
    <label>maxDepth <input name="maxDepth" type="number" min="1" value="64"></label>
  </div>
  <h2 id="cuts">Reads</h2>
  <p class="muted">Click a byte to end a read before it. What comes out must not change.</p>
  <div class="strip" aria-hidden="true"></div>
  <div class="line">
    <label>Cut at bytes <input name="cuts" autocomplete="off" placeholder="3, 17"></label>
    <span class="buttons"><button type="button" data-cuts="none">Nowhere</button><button type="button" data-cuts="every">Everywhere</button><button type="button" data-cuts="random">At random</button></span>
  </div>
</section>
<section aria-labelledby="out">
  <h2 id="out">What a host makes of them</h2>
  <div class="steps" aria-live="polite"></div>
</section>
</div>
`;
