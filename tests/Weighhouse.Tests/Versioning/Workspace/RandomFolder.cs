namespace Weighhouse.Tests.Versioning.Workspace;

/// <summary>Folders as chance makes them: names of any alphabet, empty files, links, executables, long paths, large files.</summary>
internal sealed class RandomFolder(Random random, string root)
{
    private const int PathBytesMax = 3_500;

    private readonly byte[] _noise = new byte[1 << 20];

    /// <param name="largeMax">Bytes of the largest file; one in forty is large.</param>
    public void Fill(int files, int largeMax)
    {
        random.NextBytes(_noise);
        var folders = new List<string> { "" };
        for (var i = 0; i < files; i++)
        {
            var folder = folders[random.Next(folders.Count)];
            var path = folder.Length == 0 ? Names.Any(random) : $"{folder}/{Names.Any(random)}";
            var place = Path.Combine(root, path);
            if (System.Text.Encoding.UTF8.GetByteCount(place) > PathBytesMax || Path.Exists(place)
                || new FileInfo(place).LinkTarget is not null) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            Make(place, path, folders, largeMax);
        }
    }

    /// <summary>Changes, adds and deletes some files.</summary>
    public void Change(int files, int largeMax)
    {
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(IsOurs).Order(
            StringComparer.Ordinal).ToArray())
        {
            if (random.Next(4) == 0) File.Delete(file);
            else if (random.Next(4) == 0 && new FileInfo(file).LinkTarget is null) WriteContent(file, largeMax);
        }

        foreach (var folder in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).Where(IsOurs).OrderDescending(
            StringComparer.Ordinal).ToArray())
            if (!Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
        Fill(files, largeMax);
    }

    private bool IsOurs(string path) => !path.StartsWith(Path.Combine(root, ".weigh"), StringComparison.Ordinal);

    private void Make(string place, string path, List<string> folders, int largeMax)
    {
        switch (random.Next(12))
        {
            case 0 or 1 or 2:
                Directory.CreateDirectory(place);
                folders.Add(path);
                // A folder without files is no part of a version: it gets one.
                File.WriteAllText(Path.Combine(place, "in"), path);
                break;
            case 3 when !OperatingSystem.IsWindows():
                File.CreateSymbolicLink(place, random.Next(2) == 0 ? "in" : new string('x', random.Next(1, 200)));
                break;
            default:
                WriteContent(place, largeMax);
                if (random.Next(4) == 0 && !OperatingSystem.IsWindows())
                    File.SetUnixFileMode(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                break;
        }
    }

    private void WriteContent(string place, int largeMax)
    {
        var size = random.Next(40) == 0 ? random.Next(largeMax) : random.Next(5) == 0 ? 0 : random.Next(1, 40_000);
        using var file = File.Create(place);
        for (var left = size; left > 0;)
        {
            var from = random.Next(_noise.Length - 1);
            var length = Math.Min(left, _noise.Length - from);
            file.Write(_noise, from, length);
            left -= length;
        }
    }
}
