/* Optical flow in the browser: Farnebäck's method as OpenCV computes it, with the library's default
   settings (mffcnn_core.flow).  tests/book/test_live.py compares it with the library.  A plane is a
   Float32Array of width * height numbers; a flow field holds x (to the right) and y (down) of every
   pixel in turn, in px/frame. */
const opticalFlow = (() => {
  const SETTINGS = { levels: 3, winsize: 15, iterations: 3, radius: 5, sigma: 1.2, smallest: 32 };
  const BORDER = [0.14, 0.14, 0.4472, 0.4472, 0.4472];
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  const mirror = (i, size) => (i < 0 ? -i : i >= size ? 2 * size - 2 - i : i);

  /** Grey values as OpenCV rounds them, from the RGBA bytes of a canvas. */
  const grey = (rgba) => {
    const plane = new Float32Array(rgba.length / 4);
    for (let i = 0; i < plane.length; i++) {
      plane[i] = (4899 * rgba[4 * i] + 9617 * rgba[4 * i + 1] + 1868 * rgba[4 * i + 2] + 8192) >> 14;
    }
    return plane;
  };

  const gaussian = (radius, sigma) => {
    const weights = [];
    for (let i = -radius; i <= radius; i++) weights.push(Math.exp((-i * i) / (2 * sigma * sigma)));
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / sum);
  };

  /** Weighted sums along one axis (`step` 1: x, `step` width: y), the border mirrored. */
  const along = (plane, weights, size, step, starts) => {
    const radius = (weights.length - 1) / 2;
    const out = new Float32Array(plane.length);
    for (const start of starts) {
      for (let i = 0; i < size; i++) {
        let sum = 0;
        for (let k = -radius; k <= radius; k++) {
          sum += weights[k + radius] * plane[start + step * mirror(i + k, size)];
        }
        out[start + step * i] = sum;
      }
    }
    return out;
  };

  const blur = (plane, width, height, weights) => {
    const rows = Array.from({ length: height }, (_, y) => y * width);
    const columns = Array.from({ length: width }, (_, x) => x);
    return along(along(plane, weights, width, 1, rows), weights, height, width, columns);
  };

  /** Bilinear resize of interleaved channels; pixel centres lie at halves. */
  const resize = (source, from, to, channels = 1, factor = 1) => {
    const target = new Float32Array(channels * to.width * to.height);
    const [sx, sy] = [from.width / to.width, from.height / to.height];
    for (let y = 0; y < to.height; y++) {
      const v = clamp((y + 0.5) * sy - 0.5, 0, from.height - 1);
      const top = Math.min(Math.floor(v), from.height - 2);
      for (let x = 0; x < to.width; x++) {
        const u = clamp((x + 0.5) * sx - 0.5, 0, from.width - 1);
        const left = Math.min(Math.floor(u), from.width - 2);
        const [a, b] = [u - left, v - top];
        for (let c = 0; c < channels; c++) {
          const at = (top * from.width + left) * channels + c;
          const down = at + from.width * channels;
          target[(y * to.width + x) * channels + c] = factor * (
            (1 - b) * ((1 - a) * source[at] + a * source[at + channels]) +
            b * ((1 - a) * source[down] + a * source[down + channels]));
        }
      }
    }
    return target;
  };

  /** The fit of a quadratic to every neighbourhood: weights, and the inverse of their moments. */
  const basis = (() => {
    const { radius, sigma } = SETTINGS;
    const g = gaussian(radius, sigma);
    const moment = (power) => g.reduce((sum, weight, i) => sum + weight * (i - radius) ** power, 0);
    const [m2, m4] = [moment(2), moment(4)];
    const ig33 = 1 / (m4 - m2 * m2); // the weights are separable
    return { g: g.slice(radius), ig11: 1 / m2, ig03: -m2 * ig33, ig33, ig55: 1 / (m2 * m2) };
  })();

  /** Coefficients of y, x, y^2, x^2 and x y around every pixel, interleaved. */
  const expand = (plane, width, height) => {
    const { radius } = SETTINGS;
    const { g, ig11, ig03, ig33, ig55 } = basis;
    const out = new Float32Array(5 * width * height);
    const span = width + 2 * radius;
    const [row0, row1, row2] = [0, 1, 2].map(() => new Float64Array(span));
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let [s0, s1, s2] = [g[0] * plane[y * width + x], 0, 0];
        for (let k = 1; k <= radius; k++) {
          const up = plane[Math.max(y - k, 0) * width + x];
          const down = plane[Math.min(y + k, height - 1) * width + x];
          s0 += g[k] * (up + down);
          s1 += g[k] * k * (down - up);
          s2 += g[k] * k * k * (up + down);
        }
        row0[x + radius] = s0;
        row1[x + radius] = s1;
        row2[x + radius] = s2;
      }
      for (const row of [row0, row1, row2]) {
        row.fill(row[radius], 0, radius);
        row.fill(row[width + radius - 1], width + radius);
      }
      for (let x = 0; x < width; x++) {
        const at = x + radius;
        let [b1, b3, b5] = [g[0] * row0[at], g[0] * row1[at], g[0] * row2[at]];
        let [b2, b4, b6] = [0, 0, 0];
        for (let k = 1; k <= radius; k++) {
          const both = row0[at + k] + row0[at - k];
          b1 += g[k] * both;
          b2 += g[k] * k * (row0[at + k] - row0[at - k]);
          b4 += g[k] * k * k * both;
          b3 += g[k] * (row1[at + k] + row1[at - k]);
          b6 += g[k] * k * (row1[at + k] - row1[at - k]);
          b5 += g[k] * (row2[at + k] + row2[at - k]);
        }
        const to = 5 * (y * width + x);
        out[to] = b3 * ig11;
        out[to + 1] = b2 * ig11;
        out[to + 2] = b1 * ig03 + b5 * ig33;
        out[to + 3] = b1 * ig03 + b4 * ig33;
        out[to + 4] = b6 * ig55;
      }
    }
    return out;
  };

  /** The expansions of a frame at every level of the pyramid, the smallest first. */
  const pyramid = (plane, width, height) => {
    const levels = [];
    for (let k = 0, scale = 1; k <= SETTINGS.levels; k++, scale /= 2) {
      const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
      if (k && Math.min(width, height) * scale < SETTINGS.smallest) break;
      const sigma = (1 / scale - 1) / 2;
      const taps = Math.max(Math.round(5 * sigma - 1e-6) | 1, 3);
      const weights = k ? gaussian((taps - 1) / 2, sigma) : [0.25, 0.5, 0.25];
      const level = resize(blur(plane, width, height, weights), { width, height }, size);
      levels.unshift({ ...size, terms: expand(level, size.width, size.height) });
    }
    return levels;
  };

  const edge = (i, size) => (BORDER[i] ?? 1) * (BORDER[size - 1 - i] ?? 1);

  /** One term at a point between four pixels; `a` and `b` say how far from the upper left one. */
  const between = (terms, at, width, a, b) =>
    (1 - b) * ((1 - a) * terms[at] + a * terms[at + 5]) +
    b * ((1 - a) * terms[at + 5 * width] + a * terms[at + 5 * width + 5]);

  /** The normal equations of every pixel's displacement: G11, G12, G22, h1, h2 in planes.
      (Plain variables here: this is where the time goes.) */
  const equations = (one, two, flow, M) => {
    const { width, height } = one;
    const R0 = one.terms;
    const R1 = two.terms;
    const edges = Float64Array.from({ length: width }, (_, x) => edge(x, width));
    for (let y = 0, i = 0; y < height; y++) {
      const row = edge(y, height);
      for (let x = 0; x < width; x++, i++) {
        const dx = flow[2 * i];
        const dy = flow[2 * i + 1];
        const left = Math.floor(x + dx);
        const top = Math.floor(y + dy);
        const at = 5 * i;
        let r2 = 0;
        let r3 = 0;
        let r4 = R0[at + 2];
        let r5 = R0[at + 3];
        let r6 = R0[at + 4] / 2;
        if (left >= 0 && left < width - 1 && top >= 0 && top < height - 1) {
          const a = x + dx - left;
          const b = y + dy - top;
          const from = 5 * (top * width + left);
          r2 = between(R1, from, width, a, b);
          r3 = between(R1, from + 1, width, a, b);
          r4 = (r4 + between(R1, from + 2, width, a, b)) / 2;
          r5 = (r5 + between(R1, from + 3, width, a, b)) / 2;
          r6 = (R0[at + 4] + between(R1, from + 4, width, a, b)) / 4;
        }
        const scale = row * edges[x];
        r4 *= scale;
        r5 *= scale;
        r6 *= scale;
        r2 = (scale * (R0[at] - r2)) / 2 + r4 * dy + r6 * dx;
        r3 = (scale * (R0[at + 1] - r3)) / 2 + r6 * dy + r5 * dx;
        M[0][i] = r4 * r4 + r6 * r6;
        M[1][i] = (r4 + r5) * r6;
        M[2][i] = r5 * r5 + r6 * r6;
        M[3][i] = r4 * r2 + r6 * r3;
        M[4][i] = r6 * r2 + r5 * r3;
      }
    }
  };

  /** Mean over a square window, the border repeated outwards, in running sums. */
  const box = (plane, width, height) => {
    const m = (SETTINGS.winsize - 1) / 2;
    const across = new Float64Array(plane.length);
    for (let y = 0; y < height; y++) {
      const from = y * width;
      let sum = 0;
      for (let x = -m; x <= m; x++) sum += plane[from + clamp(x, 0, width - 1)];
      for (let x = 0; x < width; x++) {
        across[from + x] = sum;
        sum += plane[from + Math.min(x + m + 1, width - 1)] - plane[from + Math.max(x - m, 0)];
      }
    }
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let y = -m; y <= m; y++) sum += across[clamp(y, 0, height - 1) * width + x];
      for (let y = 0; y < height; y++) {
        plane[y * width + x] = sum / SETTINGS.winsize ** 2;
        sum += across[Math.min(y + m + 1, height - 1) * width + x] - across[Math.max(y - m, 0) * width + x];
      }
    }
  };

  /** Flow from one frame to the next, given the pyramids of both. */
  const farneback = (first, second) => {
    let flow = null;
    first.forEach((one, k) => {
      const { width, height } = one;
      flow = flow ? resize(flow, first[k - 1], one, 2, 2) : new Float32Array(2 * width * height);
      const M = [0, 1, 2, 3, 4].map(() => new Float64Array(width * height));
      for (let round = 0; round < SETTINGS.iterations; round++) {
        equations(one, second[k], flow, M);
        for (const plane of M) box(plane, width, height);
        const [g11, g12, g22, h1, h2] = M;
        for (let i = 0; i < width * height; i++) {
          const det = g11[i] * g22[i] - g12[i] * g12[i] + 1e-3;
          flow[2 * i] = (g11[i] * h2[i] - g12[i] * h1[i]) / det;
          flow[2 * i + 1] = (g22[i] * h1[i] - g12[i] * h2[i]) / det;
        }
      }
    });
    return flow;
  };

  return { grey, pyramid, farneback };
})();
