/* Ordered flow maps in the browser: rank pooling in closed form (mffcnn_core.pooling), and how a map
   is shown.  tests/book/test_live.py compares it with the library.  A flow field is a Float32Array
   that holds x (to the right) and y (down) of every pixel in turn, in px/frame. */
const orderedMap = (() => {
  /** The coefficients c of G = sum_t c_t f_t (mffcnn_core.pooling.approximate_coefficients). */
  const coefficients = (length, smoothing) => {
    const harmonic = [0];
    for (let t = 1; t <= length + 1; t++) harmonic.push(harmonic[t - 1] + 1 / t);
    const T = length;
    const rules = {
      none: (t) => 2 * t - T - 1,
      mean: (t) => 2 * (T - t + 1) - (T + 1) * (harmonic[T] - harmonic[t - 1]),
      weighted: (t) => 4 * t * (harmonic[T + 1] - harmonic[t]) - 2 * (T + 1 - t),
    };
    return Float64Array.from({ length }, (_, i) => rules[smoothing](i + 1));
  };

  /** G of a list of flow fields. */
  const pool = (fields, smoothing) => {
    const G = new Float32Array(fields[0].length);
    coefficients(fields.length, smoothing).forEach((c, t) => {
      const field = fields[t];
      for (let i = 0; i < G.length; i++) G[i] += c * field[i];
    });
    return G;
  };

  /** The picture that the network sees: Gx, Gy and their length, each from 0 to 255; RGBA. */
  const picture = (G) => {
    const pixels = G.length / 2;
    const rgba = new Uint8ClampedArray(4 * pixels).fill(255);
    const values = new Float32Array(pixels);
    for (let c = 0; c < 3; c++) {
      let low = Infinity;
      let high = -Infinity;
      for (let i = 0; i < pixels; i++) {
        values[i] = c < 2 ? G[2 * i + c] : Math.hypot(G[2 * i], G[2 * i + 1]);
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      }
      const gain = high > low ? 255 / (high - low) : 0;
      for (let i = 0; i < pixels; i++) rgba[4 * i + c] = gain * (values[i] - low);
    }
    return rgba;
  };

  /** The speed that one pixel in a hundred exceeds. */
  const fast = (field) => {
    const speeds = new Float32Array(field.length / 2);
    for (let i = 0; i < speeds.length; i++) speeds[i] = Math.hypot(field[2 * i], field[2 * i + 1]);
    return speeds.sort()[Math.floor(0.99 * (speeds.length - 1))];
  };

  /** A field in colours, RGBA: hue is the direction, saturation the speed, white is rest. */
  const colours = (field, limit) => {
    const rgba = new Uint8ClampedArray(2 * field.length).fill(255);
    for (let i = 0; i < field.length / 2; i++) {
      const saturation = Math.min(Math.hypot(field[2 * i], field[2 * i + 1]) / limit, 1);
      const hue = ((Math.atan2(field[2 * i + 1], field[2 * i]) * 3) / Math.PI + 6) % 6;
      for (let c = 0; c < 3; c++) {
        const k = (5 - 2 * c + hue) % 6;
        rgba[4 * i + c] = 255 * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1)));
      }
    }
    return rgba;
  };

  const cosine = (one, two) => {
    let [ab, aa, bb] = [0, 0, 0];
    for (let i = 0; i < one.length; i++) {
      ab += one[i] * two[i];
      aa += one[i] ** 2;
      bb += two[i] ** 2;
    }
    return aa && bb ? ab / Math.sqrt(aa * bb) : 0;
  };

  return { coefficients, pool, picture, colours, fast, cosine };
})();
