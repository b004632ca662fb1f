/** The name, with a number where it is taken; from then on it is taken. Two steps of one name are told apart neither in a
 * list of where to go nor in a problem. */
export function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; name && taken.has(free); number++) free = `${name} ${number}`;
  taken.add(free);
  return free;
}
