using System.Buffers;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Spelling;
using Weighhouse.Versioning.Workspace.Index;

namespace Weighhouse.Versioning.Workspace.Checkout;

/// <summary>Names of a tree that this machine cannot tell apart or cannot store: refused before anything is written.</summary>
internal static class NameClash
{
    private static readonly SearchValues<char> WindowsForbidden = SearchValues.Create("<>:\"|?*\\");

    private static readonly string[] WindowsReserved =
    [
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM\u00b9", "COM\u00b2", "COM\u00b3",
        "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT\u00b9", "LPT\u00b2", "LPT\u00b3",
    ];

    public static Error? Find(WorkspaceFolder folder, WorkspaceIndex target)
    {
        if (OperatingSystem.IsWindows())
        {
            foreach (var entry in target.Entries)
                if (WindowsRefuses(entry.Path) is { } why && !entry.IsLeftOut) return Error.Invalid(
                    $"'{entry.Path}' cannot be written on Windows: {why}");
        }

        var paths = target.Entries.Where(static entry => !entry.IsLeftOut).Select(static entry => entry.Path);
        var ignoresCase = IgnoresCase(folder);
        if (ignoresCase && FindSame(paths) is { } same) return same;
        // Nearly no tree has names that can be spelled in two ways, and of those nearly none has both: the disk is asked last.
        return paths.Any(CanonicalForm.TakesPart) && FindTwins(paths, ignoresCase) is { } twins && IgnoresForm(folder) ? twins : null;
    }

    /// <summary>Two paths that a file system without case takes for one.</summary>
    public static Error? FindSame(IEnumerable<string> paths) => Find(paths, StringComparer.OrdinalIgnoreCase);

    /// <summary>Two paths that a file system takes for one which compares what names are, and not how they are spelled.</summary>
    public static Error? FindTwins(IEnumerable<string> paths, bool ignoresCase) => Find(paths, new FormComparer(ignoresCase));

    private static Error? Find(IEnumerable<string> paths, IEqualityComparer<string> comparer)
    {
        var seen = new Dictionary<string, string>(comparer);
        foreach (var path in paths)
        {
            for (var end = path.IndexOf('/'); ; end = path.IndexOf('/', end + 1))
            {
                var part = end < 0 ? path : path[..end];
                if (!seen.TryAdd(part, part) && seen[part] != part)
                {
                    return Error.Invalid(
                        $"'{seen[part]}' and '{part}' are one name on this file system. Rename one of them where they can be told apart, "
                        + "or check out without it: weigh switch --only");
                }

                if (end < 0) break;
            }
        }

        return null;
    }

    /// <summary>What Windows would do something else with; null for a name it can store.</summary>
    public static string? WindowsRefuses(string path)
    {
        foreach (var name in path.Split('/'))
        {
            if (name.AsSpan().IndexOfAny(
                WindowsForbidden) >= 0) return $"'{name}' has a character of < > : \" | ? * \\. Rename it elsewhere.";
            if (name.Any(static character => character < ' ')) return $"'{name}' has a control character. Rename it elsewhere.";
            if (name[^1] is '.' or ' ') return $"'{name}' ends in a dot or blank, which Windows drops. Rename it elsewhere.";
            var dot = name.IndexOf('.');
            var stem = (dot < 0 ? name : name[..dot]).TrimEnd(' ');
            if (Array.Exists(WindowsReserved, reserved => reserved.Equals(stem, StringComparison.OrdinalIgnoreCase)))
                return $"'{name}' is the name of a device there. Rename it elsewhere.";
        }

        return null;
    }

    /// <summary>Asked of the file system by a file, composed, and a question for it, decomposed.</summary>
    private static bool IgnoresForm(WorkspaceFolder folder)
    {
        var composed = Path.Combine(folder.Records, "form-\u00e9");
        File.WriteAllBytes(composed, []);
        try
        {
            return File.Exists(Path.Combine(folder.Records, "form-e\u0301"));
        }
        finally
        {
            File.Delete(composed);
        }
    }

    /// <summary>
    /// Asked of the file system itself, as a disk for cameras ignores case on every system: the records' name in capitals is another file,
    /// or the same. Where they lie elsewhere, that disk is asked.
    /// </summary>
    private static bool IgnoresCase(WorkspaceFolder folder) =>
        Path.Exists(Path.Combine(folder.Root, WorkspaceFolder.Name.ToUpperInvariant()))
        || File.Exists(Path.Combine(folder.Records, "head"));

    /// <summary>Compares by what the text is, however it is spelled.</summary>
    private sealed class FormComparer(bool ignoresCase) : IEqualityComparer<string>
    {
        private readonly StringComparer _forms = ignoresCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

        public bool Equals(string? x, string? y) => _forms.Equals(FormOf(x), FormOf(y));

        public int GetHashCode(string obj) => _forms.GetHashCode(FormOf(obj)!);

        private static string? FormOf(string? path) => path is null ? null : CanonicalForm.Of(path);
    }
}
