// From latitude and longitude to the page: a plain map of one city, north up, its shape kept.

/**
 * A projection that fits these points into a frame.
 * @param {Array<[number, number]>} points longitude, latitude
 */
export function projection(points, width, height, edge = 12) {
  const xs = points.map(([longitude]) => longitude);
  const ys = points.map(([, latitude]) => mercator(latitude));
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const across = ((right - left) * Math.PI) / 180 || 1e-4;
  const scale = Math.min((width - 2 * edge) / across, (height - 2 * edge) / (top - bottom || 1e-4));
  const [midX, midY] = [(left + right) / 2, (top + bottom) / 2];
  return ([longitude, latitude]) => [
    width / 2 + (((longitude - midX) * Math.PI) / 180) * scale,
    height / 2 - (mercator(latitude) - midY) * scale,
  ];
}

const mercator = (latitude) => Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360));

/** The rings of a GeoJSON geometry or feature. */
export function rings(shape) {
  const geometry = shape?.geometry ?? shape;
  if (geometry?.type === "Polygon") return geometry.coordinates;
  if (geometry?.type === "MultiPolygon") return geometry.coordinates.flat();
  return [];
}
