using System.Text;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Changes;

/// <summary>What a link points at, kept in the store like the content of a small file.</summary>
internal static class LinkTarget
{
    /// <summary>The longest path of Linux.</summary>
    private const int BytesMax = 4_096;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Result<string> Read(IObjectStore store, Digest id)
    {
        if (!store.Read(ObjectKind.Chunk, id).TryGet(out var bytes, out var error)) return error;
        if (bytes.Length is 0 or > BytesMax || bytes.Span.Contains((byte)0))
            return Error.Invalid($"A link points at {bytes.Length} bytes; it must be from 1 to {BytesMax} without NUL.", "target");
        try
        {
            return Strict.GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            return Error.Invalid("A link points at a path that is not UTF-8.", "target");
        }
    }

    /// <summary>
    /// Whether a link stays inside the folder it is checked out into. One that leads out would let a later checkout, or any program, write
    /// where its user did not look.
    /// </summary>
    public static bool StaysInside(string path, string target)
    {
        if (Path.IsPathRooted(target) || target.Contains('\\') || (target.Length > 1 && target[1] == ':')) return false;
        var depth = path.Count(static character => character == '/');
        foreach (var name in target.Split('/'))
        {
            if (name is "" or ".") continue;
            depth += name == ".." ? -1 : 1;
            if (depth < 0) return false;
        }

        return true;
    }
}
