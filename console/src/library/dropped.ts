import type { Chosen } from './uploads';

/** Files that no one means to upload. */
const JUNK = /^(\.DS_Store|Thumbs\.db|desktop\.ini|\._.*)$/;

export function fromInput(files: FileList | null): Chosen[] {
  return [...(files ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name })).filter(({ file }) => !JUNK.test(file.name));
}

/** Everything dropped, folders walked through. Must be called within the drop event: the browser forgets the items after it. */
export async function fromDrop(transfer: DataTransfer): Promise<Chosen[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return fromInput(transfer.files);
  const found: Chosen[] = [];
  for (const entry of entries) await walk(entry, found);
  return found.filter(({ file }) => !JUNK.test(file.name));
}

async function walk(entry: FileSystemEntry, found: Chosen[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ file, path: entry.fullPath.replace(/^\//, '') });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives a folder in parts and says with an empty one that it is through.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return;
    for (const inner of part) await walk(inner, found);
  }
}
