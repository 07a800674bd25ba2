using System.Text;
using Weighhouse.Trust.Scanning.Bytes;

namespace Weighhouse.Trust.Scanning.Formats;

/// <summary>Texts: data, unless it is code that is imported with the model, or YAML that names what to make.</summary>
internal static class TextScan
{
    private static readonly string[] CodeEndings =
        [".py", ".pyi", ".pyx", ".sh", ".bash", ".bat", ".cmd", ".ps1", ".js", ".mjs", ".rb", ".pl", ".lua", ".r"];

    /// <summary>PyYAML makes any object of a text with this mark, unless it is told not to.</summary>
    private static ReadOnlySpan<byte> YamlObject => "!!python/"u8;

    private static ReadOnlySpan<byte> YamlObjectInFull => "tag:yaml.org,2002:python/"u8;

    private static ReadOnlySpan<byte> Program => "#!"u8;

    public static string? Scan(Content content, ScanPlace place, ScanRun run)
    {
        if (!IsText(content)) return null;
        Span<byte> head = stackalloc byte[64];
        head = head[..content.Read(0, head)];
        if (head.StartsWith(Program)
            || Array.Exists(CodeEndings, ending => place.Name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
        {
            run.Add(place, ScanVerdict.Unknown, FindingCode.Code, "It is code, which may run when the model is loaded or used.",
                "Read it, or leave it out of the model.", 0);
            return "code";
        }

        foreach (var mark in new[] { YamlObject.ToArray(), YamlObjectInFull.ToArray() })
            if (IsYaml(place.Name) && Marks.Next(content, 0, content.Length, mark) is { } at)
                run.Add(place, ScanVerdict.Unsafe, FindingCode.Code, "It has YAML make an object of Python's, which may run anything.",
                    "Write it without '!!python/'.", at);
        return head.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..] ? "json" : "text";
    }

    private static bool IsYaml(string name) =>
        name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)
        || Path.GetFileName(name) == "MLmodel";

    /// <summary>Whether all of it is UTF-8 without control characters.</summary>
    private static bool IsText(Content content)
    {
        var decoder = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
        var bytes = new byte[64 * 1024];
        var letters = new char[bytes.Length + 1];
        try
        {
            for (var at = 0L; at < content.Length;)
            {
                var count = content.Read(at, bytes);
                if (count == 0) return false;
                at += count;
                var read = decoder.GetChars(bytes, 0, count, letters, 0, flush: at == content.Length);
                foreach (var letter in letters.AsSpan(0, read))
                    if (letter < ' ' && letter is not ('\t' or '\n' or '\r' or '\f')) return false;
            }

            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
