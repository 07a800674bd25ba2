using System.Security.Cryptography;

namespace Weighhouse.Tests.Versioning.Workspace;

/// <summary>Everything a folder holds, one line a file: path, kind, executable bit, hash of the content.</summary>
internal static class FolderPicture
{
    public static string[] Of(string folder)
    {
        var lines = new List<string>();
        Collect(folder, "", lines);
        lines.Sort(StringComparer.Ordinal);
        return [.. lines];
    }

    private static void Collect(string root, string prefix, List<string> lines)
    {
        foreach (var entry in new DirectoryInfo(Path.Combine(root, prefix)).EnumerateFileSystemInfos())
        {
            if (entry.Name is ".weigh" or ".weigh-tmp" && prefix.Length == 0) continue;
            var path = prefix.Length == 0 ? entry.Name : prefix + "/" + entry.Name;
            if (entry.LinkTarget is { } target) lines.Add($"{path} -> {target}");
            else if (entry is DirectoryInfo) Collect(root, path, lines);
            else
            {
                using var stream = File.OpenRead(entry.FullName);
                var executable = !OperatingSystem.IsWindows()
                    && (entry.UnixFileMode & UnixFileMode.UserExecute) == UnixFileMode.UserExecute;
                lines.Add($"{path} {(executable ? "x" : "-")} {Convert.ToHexStringLower(SHA256.HashData(stream))}");
            }
        }
    }
}
