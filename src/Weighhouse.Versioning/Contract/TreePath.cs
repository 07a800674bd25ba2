using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning;

/// <summary>A path inside a repository: names with '/' between them, from the root. Empty is the root itself.</summary>
public readonly record struct TreePath
{
    /// <value>4,096 bytes would be the longest path of Linux; as many characters are allowed here.</value>
    public const int LengthMax = 4_096;

    public static readonly TreePath Root;

    private readonly string? _text;

    private TreePath(string text) => _text = text;

    public string Text => _text ?? "";

    public bool IsRoot => Text.Length == 0;

    public string[] Names => IsRoot ? [] : Text.Split('/');

    /// <summary>The last name; empty for the root.</summary>
    public string Name => Text[(Text.LastIndexOf('/') + 1)..];

    /// <summary>The folder it lies in; the root for the root.</summary>
    public TreePath Folder => Text.LastIndexOf('/') is var slash and >= 0 ? new TreePath(Text[..slash]) : Root;

    /// <summary>Refuses what could lead out of the repository. One '/' at the end is forgiven.</summary>
    public static Result<TreePath> Parse(string text)
    {
        if (text.Length > LengthMax) return Error.Invalid($"The path has {text.Length} characters; the limit is {LengthMax}.", "path");
        if (text.StartsWith('/')) return Error.Invalid($"The path '{text}' is absolute; begin at the root of the repository.", "path");
        if (text.EndsWith('/')) text = text[..^1];
        if (text.Length == 0) return Root;
        foreach (var name in text.Split('/'))
            if (NameRules.Refuse(name) is { } refusal) return refusal;
        return new TreePath(text);
    }

    /// <summary>The path of a name, checked already, in this folder.</summary>
    public TreePath Append(string name) => new(IsRoot ? name : $"{Text}/{name}");

    /// <summary>Whether it is this path or lies below it.</summary>
    public bool Contains(TreePath other) =>
        IsRoot || other.Text == Text || (other.Text.Length > Text.Length && other.Text[Text.Length] == '/'
            && other.Text.StartsWith(Text, StringComparison.Ordinal));

    public override string ToString() => Text;
}
