export { percent, percentSpread } from "./format.js";
export { type Headline, htmlCode, type Page, type PageSection, renderPage } from "./page.js";
export { type BreakdownPlot, breakdownFigure, type Reference, type SeriesPlot, seriesFigure } from "./plot.js";
export { type Column, columnsOf, htmlTable, textTable } from "./table.js";
