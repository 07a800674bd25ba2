using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary>A changed path, for people and for programs.</summary>
internal static class ChangeView
{
    public static object Of(PathChange change) => new { change.Path, State = Word(change.State), change.SizeBytes };

    public static object In(string section, PathChange change) =>
        new { Section = section, change.Path, State = Word(change.State), change.SizeBytes };

    public static string Word(PathState state) => state switch
    {
        PathState.Added => "added",
        PathState.Modified => "modified",
        PathState.Retyped => "retyped",
        PathState.Mode => "mode",
        PathState.Deleted => "deleted",
        _ => "conflict",
    };

    public static char Letter(PathState state) => state switch
    {
        PathState.Added => 'A',
        PathState.Modified => 'M',
        PathState.Retyped => 'T',
        PathState.Mode => 'X',
        PathState.Deleted => 'D',
        _ => 'U',
    };

    /// <summary>A name on a terminal stays on its line: control characters could fake one.</summary>
    public static string Printable(string path) => path.Any(char.IsControl)
        ? string.Concat(path.Select(static character => char.IsControl(character) ? $"\\x{(int)character:x2}" : character.ToString()))
        : path;
}
