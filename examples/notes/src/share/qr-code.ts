import { encode } from "uqr";

const svgNamespace = "http://www.w3.org/2000/svg";

/** A QR code as a drawing: black on white in every theme, or many phones cannot read it. */
export const qrCode = (text: string, label: string): SVGSVGElement => {
  const { size, data } = encode(text, { ecc: "M", border: 3 });
  const svg = document.createElementNS(svgNamespace, "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("class", "qr-code");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  const path = document.createElementNS(svgNamespace, "path");
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  path.setAttribute("d", squares.join(""));
  svg.append(path);
  return svg;
};
