namespace Weighhouse.Web.Parts;

/// <summary>Texts inside the snippets people paste into a Python file.</summary>
internal static class PythonText
{
    public static string Quote(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
}

/// <summary>Texts inside the snippets people paste into a shell.</summary>
internal static class ShellText
{
    public static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
