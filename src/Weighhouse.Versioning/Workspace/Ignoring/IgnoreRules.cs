namespace Weighhouse.Versioning.Workspace.Ignoring;

/// <summary>The patterns that hold in a folder: its own and those of the folders above. The last that matches decides.</summary>
internal sealed class IgnoreRules
{
    public const string FileName = ".weighignore";

    public static readonly IgnoreRules None = new(null, "", []);

    private readonly IgnoreRules? _above;
    private readonly string _folder;
    private readonly IgnorePattern[] _patterns;

    private IgnoreRules(IgnoreRules? above, string folder, IgnorePattern[] patterns)
    {
        _above = above;
        _folder = folder;
        _patterns = patterns;
    }

    /// <summary>The rules in a folder that has a file of its own.</summary>
    public IgnoreRules With(string folder, IgnorePattern[] patterns) =>
        patterns.Length == 0 ? this : new IgnoreRules(this, folder, patterns);

    /// <summary>Whether the patterns leave out the path. The caller asks folder by folder: below an ignored one nothing is asked.</summary>
    public bool Ignores(string path, bool isFolder)
    {
        for (var rules = this; rules is not null; rules = rules._above)
        {
            if (rules._patterns.Length == 0) continue;
            var below = path.AsSpan(rules._folder.Length == 0 ? 0 : rules._folder.Length + 1);
            for (var i = rules._patterns.Length - 1; i >= 0; i--)
                if (rules._patterns[i].Matches(below, isFolder)) return !rules._patterns[i].IsNegated;
        }

        return false;
    }
}
