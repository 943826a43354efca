/** The style sheet of the report. */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --text: #1f2328; --muted: #57606a; --back: #ffffff; --panel: #f6f8fa;
  --bar: #8c959f; --ours: #0969da; --mark: #cf222e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6edf3; --muted: #9ea7b3; --back: #0d1117; --panel: #161b22;
    --bar: #6e7681; --ours: #4493f8; --mark: #ff7b72;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--back); color: var(--text);
  font: 16px/1.45 system-ui, sans-serif;
}
main { max-width: 64rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.2; }
h2 { font-size: 1.2rem; margin: 2rem 0 0.25rem; }
ul { list-style: none; margin: 0; padding: 0; }
.unit, .numbers, dt { color: var(--muted); }
.unit { margin: 0 0 0.5rem; }
.bars > li {
  display: grid; grid-template-columns: 100%; padding: 0.35rem 0;
  font-size: 0.9375rem;
}
.ours .name b, .ours .numbers b { color: var(--ours); }
.numbers, .summary li { display: flex; flex-wrap: wrap; column-gap: 0.9rem; }
.numbers b { color: var(--text); }
.failure { color: var(--mark); overflow-wrap: anywhere; }
.bar { fill: var(--bar); }
.ours .bar { fill: var(--ours); }
.spread { stroke: var(--text); stroke-width: 2; }
.mark { stroke: var(--mark); stroke-width: 1.5; stroke-dasharray: 3 3; }
svg { display: block; overflow: visible; margin: 0.1rem 0; }
.summary li {
  background: var(--panel); border-radius: 6px; padding: 0.4rem 0.7rem;
  margin: 0.3rem 0;
}
.summary b { flex-basis: 100%; }
dl div { display: flex; flex-wrap: wrap; column-gap: 0.9rem; margin: 0.3rem 0; }
dt { flex: 0 0 5.5rem; }
dd { flex: 1 1 14rem; margin: 0; overflow-wrap: anywhere; }
pre { overflow-x: auto; background: var(--panel); padding: 0.7rem; font-size: 14px; }
summary { cursor: pointer; }
@media (min-width: 48rem) {
  .bars > li {
    grid-template-columns: 21rem minmax(0, 1fr); column-gap: 1rem;
  }
  .name { grid-row: 1 / span 2; }
  .summary b { flex-basis: 19rem; }
}
`;
