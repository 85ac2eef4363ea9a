/** Which tile an element belongs to: the tools know only the element. */
import type { Tile } from './tile.ts';

const tiles = new Map<Element, Tile>();

export function addTile(tile: Tile): void {
  tiles.set(tile.element, tile);
}

export function removeTile(tile: Tile): void {
  tiles.delete(tile.element);
}

export function tileOf(element: Element): Tile | undefined {
  return tiles.get(element);
}
