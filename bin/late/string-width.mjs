/**
 * In the script, in place of the package of this name, for whoever measures text, wrap-ansi too: the package asks for Unicode's
 * tables as it is loaded, which takes 2 MB and 15 ms, and most text is printable ASCII but for its colours.
 */
const COLOUR = /\x1b\[[\d;]*m/g;
const ASCII = /^[\x20-\x7e]*$/;

export default function stringWidth(text, options) {
  const plain = text.includes('\x1b') ? text.replace(COLOUR, '') : text;
  return ASCII.test(plain) ? plain.length : require('./wide.mjs').default(text, options);
}
