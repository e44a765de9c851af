// A little work before a signature is sent, which costs a person a moment and a program that signs by the thousand its
// day. Without this script the form asks for some patience instead (see campaign/petitions/bots.py).

const work = document.getElementById("work");
const form = work.form;
const bits = Number(work.dataset.bits);
const SLICE = 30; // milliseconds between two looks at what the person does

const K = new Uint32Array(64);
const START = new Uint32Array(8);
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) >>> 0;
primes.forEach((prime, i) => {
  K[i] = fraction(Math.cbrt(prime));
  if (i < 8) START[i] = fraction(Math.sqrt(prime));
});

const turn = (x, n) => (x >>> n) | (x << (32 - n));
const schedule = new Uint32Array(64);

// The first 32 bits of the SHA-256 of some bytes. (The browser's own answers only over https, and one call at a time.)
function firstBits(bytes) {
  const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, bytes.length * 8);
  const state = START.slice();
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 64; i++) {
      if (i < 16) {
        schedule[i] = view.getUint32(block + i * 4);
        continue;
      }
      const [x, y] = [schedule[i - 15], schedule[i - 2]];
      const low = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
      const high = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
      schedule[i] = schedule[i - 16] + low + schedule[i - 7] + high;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + schedule[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((x, i) => (state[i] += x));
  }
  return state[0];
}

const encoder = new TextEncoder();
const asked = () => `${form.elements.stamp.value}:${form.elements.email.value}:`;
let question = "";
let answer = "";
let running = null;

// Try numbers in slices, so that typing goes on as ever.
async function solve() {
  while (question !== asked()) {
    question = asked();
    answer = "";
    for (let n = 0; !answer && question === asked(); ) {
      const until = performance.now() + SLICE;
      while (performance.now() < until) {
        if (firstBits(encoder.encode(question + n)) >>> (32 - bits) === 0) {
          answer = String(n);
          break;
        }
        n++;
      }
      await new Promise((done) => setTimeout(done));
    }
  }
  work.value = answer;
  running = null;
}

function begin() {
  running ??= solve();
  return running;
}

form.elements.email.addEventListener("change", begin);

form.addEventListener("submit", async (event) => {
  if (!running && question === asked()) return;
  event.preventDefault();
  form.setAttribute("aria-busy", "true");
  await begin();
  form.removeAttribute("aria-busy");
  form.requestSubmit(event.submitter);
});
