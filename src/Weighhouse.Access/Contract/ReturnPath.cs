namespace Weighhouse.Access;

/// <summary>Where a browser goes after it has signed in: a path of this server, whatever the link that brought it says.</summary>
public static class ReturnPath
{
    public const string Root = "/";

    private const int LengthMax = 4_096;

    /// <summary>
    /// The path when it stays on this server, otherwise the root. "//host" and "/\host" lead elsewhere in every browser, and browsers
    /// drop tabs and line ends before they look.
    /// </summary>
    public static string Of(string? asked) =>
        asked is ['/', ..] and not ['/', '/' or '\\', ..] && asked.Length <= LengthMax && !asked.AsSpan().ContainsAnyInRange('\0', ' ')
            ? asked
            : Root;
}
