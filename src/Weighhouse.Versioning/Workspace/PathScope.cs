using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace;

/// <summary>The paths a command names: each stands for itself and everything below it. Empty means everything.</summary>
internal sealed class PathScope
{
    public static readonly PathScope Everything = new([]);

    private readonly IReadOnlyList<TreePath> _paths;

    private PathScope(IReadOnlyList<TreePath> paths) => _paths = paths;

    public bool IsEverything => _paths.Count == 0;

    public IReadOnlyList<TreePath> Paths => _paths;

    /// <param name="from">The current folder, from which people name paths.</param>
    public static Result<PathScope> Parse(WorkspaceFolder folder, string from, IReadOnlyList<string>? names)
    {
        if (names is null || names.Count == 0) return Everything;
        var paths = new List<TreePath>(names.Count);
        foreach (var name in names)
        {
            if (!Locate(folder, from, name).TryGet(out var path, out var error)) return error;
            if (path.IsRoot) return Everything;
            paths.Add(path);
        }

        return new PathScope(paths);
    }

    public static Result<TreePath> Locate(WorkspaceFolder folder, string from, string name)
    {
        if (name.Length == 0 || name.Contains('\0')) return Error.Invalid("A path is empty, or has a NUL character.", "path");
        var relative = Path.GetRelativePath(folder.Root, Path.GetFullPath(name, from)).Replace(Path.DirectorySeparatorChar, '/');
        if (relative == ".") return TreePath.Root;
        return relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative)
            ? Error.Invalid($"'{name}' lies outside the workspace {folder.Root}.", "path")
            : TreePath.Parse(relative);
    }

    public bool Contains(string path)
    {
        if (_paths.Count == 0) return true;
        foreach (var scope in _paths)
        {
            var text = scope.Text;
            if (path.Length == text.Length ? path == text : path.Length > text.Length && path[text.Length] == '/'
                && path.StartsWith(text, StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
