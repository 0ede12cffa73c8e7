// SHA-256 made for trying many endings of one text: the blocks before the last are worked once. crypto.subtle would be
// one promise a try, ten times slower, and is missing on plain http.

const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);

const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const start = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
const constants = Int32Array.from(primes, (p) => fraction(Math.cbrt(p)));

const w = new Int32Array(64);

// block works one block of 64 bytes, read from bytes at offset, into the eight words of state.
function block(state, bytes, offset) {
  for (let i = 0; i < 16; i++, offset += 4) {
    w[i] = (bytes[offset] << 24) | (bytes[offset + 1] << 16) | (bytes[offset + 2] << 8) | bytes[offset + 3];
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + constants[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

// prover returns a function from a number to the count of zero bits (at most 32) that SHA-256(prefix + number) begins with.
export function prover(prefix) {
  const text = new TextEncoder().encode(prefix);
  const whole = text.length & ~63;
  const before = Int32Array.from(start);
  for (let offset = 0; offset < whole; offset += 64) block(before, text, offset);

  const rest = text.length - whole;
  const state = new Int32Array(8);
  const last = new Uint8Array(128);
  return (number) => {
    const digits = String(number);
    last.fill(0);
    last.set(text.subarray(whole));
    for (let i = 0; i < digits.length; i++) last[rest + i] = digits.charCodeAt(i);
    const used = rest + digits.length;
    last[used] = 0x80;
    const end = used < 56 ? 64 : 128;
    new DataView(last.buffer).setUint32(end - 4, (whole + used) * 8);
    state.set(before);
    for (let offset = 0; offset < end; offset += 64) block(state, last, offset);
    return Math.clz32(state[0]);
  };
}
