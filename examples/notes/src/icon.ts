// Strokes on a 24 × 24 grid.
const strokes = {
  bold: ["M7 5h6a3.5 3.5 0 0 1 0 7H7z", "M7 12h7a3.5 3.5 0 0 1 0 7H7z"],
  italic: ["M10 5h8", "M6 19h8", "M14.5 5l-5 14"],
  strike: [
    "M5 12h14",
    "M16.5 8A4 4 0 0 0 12.5 5h-1.3A3.5 3.5 0 0 0 9 11",
    "M7.5 16a4 4 0 0 0 4 3h1a3.7 3.7 0 0 0 3.3-5",
  ],
  code: ["M8.5 7.5L4 12l4.5 4.5", "M15.5 7.5L20 12l-4.5 4.5"],
  codeBlock: ["M4 5h16v14H4z", "M10 10l-2 2 2 2", "M14 10l2 2-2 2"],
  bulletList: ["M9.5 6H20", "M9.5 12H20", "M9.5 18H20", "M4.8 6h.01", "M4.8 12h.01", "M4.8 18h.01"],
  orderedList: [
    "M10 6h10",
    "M10 12h10",
    "M10 18h10",
    "M4 4.5l1.2-.5v4.5",
    "M3.8 14.2c.3-1.2 2.4-1.2 2.4.2 0 1-2.4 2-2.4 3.6h2.6",
  ],
  taskList: ["M4 6.2l1.4 1.4L8 5", "M4 16.7l1.4 1.4L8 15.5", "M11.5 6.5H20", "M11.5 17H20"],
  quote: ["M5 5v14", "M9.5 8H19", "M9.5 12H19", "M9.5 16h6"],
  link: [
    "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1.2 1.2",
    "M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.700l1.2-1.2",
  ],
  undo: ["M8.5 5L4.5 9l4 4", "M4.5 9H14a5 5 0 0 1 0 10h-3"],
  redo: ["M15.5 5l4 4-4 4", "M19.5 9H10a5 5 0 0 0 0 10h3"],
  plus: ["M12 5v14", "M5 12h14"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  check: ["M5 12.500l4.5 4.500L19 7.5"],
  menu: ["M4 7h16", "M4 12h16", "M4 17h16"],
  more: ["M5.5 12h.01", "M12 12h.01", "M18.5 12h.01"],
  page: ["M6 3.500h8l4.5 4.500v12.500H6z", "M13.5 3.500v5h5"],
  search: ["M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12", "M15.5 15.500L20 20"],
  trash: ["M4.5 7h15", "M9.5 7V4.500h5V7", "M6.5 7l1 13h9l1-13", "M10.5 11v5.5", "M13.5 11v5.5"],
  share: ["M12 14.500V4", "M8 7.500L12 3.500l4 4", "M6.5 11H5v9.500h14V11h-1.5"],
  copy: ["M8.5 8.500H20V20H8.500z", "M15.5 5V4H4v11.500h1"],
  download: ["M12 4v10.5", "M8 11l4 4 4-4", "M5 19.500h14"],
  people: [
    "M9 5.500a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4",
    "M3 19.500c0-3.3 2.7-5.5 6-5.500s6 2.2 6 5.5",
    "M15.5 5.800a3.2 3.2 0 0 1 0 5.9",
    "M17.5 14.400c2.1.7 3.5 2.6 3.5 5.1",
  ],
  sun: [
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8",
    "M12 2.500v2",
    "M12 19.500v2",
    "M2.5 12h2",
    "M19.5 12h2",
    "M5.3 5.300l1.4 1.4",
    "M17.3 17.300l1.4 1.4",
    "M5.3 18.700l1.4-1.4",
    "M17.3 6.700l1.4-1.4",
  ],
  moon: ["M19.5 14.200A8 8 0 0 1 9.8 4.500a8 8 0 1 0 9.7 9.700z"],
  home: ["M4 11l8-7 8 7", "M6 9.500V20h12V9.5", "M10 20v-5.500h4V20"],
  open: ["M13.5 4.500h6v6", "M19.5 4.500L11 13", "M17.5 14v5.500h-13v-13H10"],
  up: ["M12 19V5.5", "M6.5 11L12 5.500l5.5 5.5"],
  down: ["M12 5v13.5", "M6.5 13l5.5 5.5 5.5-5.5"],
  device: ["M3.5 5h17v11h-17z", "M9 20h6", "M12 16v4"],
  sync: [
    "M20 11.500A8 8 0 0 0 5.5 7L4 8.5",
    "M4 4.500v4h4",
    "M4 12.500A8 8 0 0 0 18.5 17l1.5-1.5",
    "M20 19.500v-4h-4",
  ],
  lock: ["M6 10.500h12V20H6z", "M8.5 10.500V8a3.5 3.5 0 0 1 7 0v2.5"],
  alert: ["M12 4L2.5 20h19z", "M12 10v4.5", "M12 17.200h.01"],
} as const;

/** The name of a drawing. */
export type IconName = keyof typeof strokes;

const svgNamespace = "http://www.w3.org/2000/svg";

/** A drawing in the colour of the text around it; assistive technology passes it by, so name what holds it. */
export const icon = (name: IconName): SVGSVGElement => {
  const svg = document.createElementNS(svgNamespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  for (const stroke of strokes[name]) {
    const path = document.createElementNS(svgNamespace, "path");
    path.setAttribute("d", stroke);
    svg.append(path);
  }
  return svg;
};
