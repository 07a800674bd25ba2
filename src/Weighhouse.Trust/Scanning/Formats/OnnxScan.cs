using System.Text;
using Weighhouse.Trust.Scanning.Bytes;

namespace Weighhouse.Trust.Scanning.Formats;

/// <summary>ONNX: where its weights lie, when not in the file, and whose operators it uses. Weights themselves are passed over.</summary>
internal static class OnnxScan
{
    public const string Format = "onnx";

    private const int DepthMax = 64;
    private const string Cure = "Save it again with its weights inside, or in a plain file beside it.";

    private static readonly HashSet<string> Domains = new(StringComparer.Ordinal)
    {
        "", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training", "com.microsoft", "com.microsoft.experimental",
        "com.microsoft.nchwc", "com.ms.internal.nhwc", "org.pytorch.aten", "pkg.onnxscript.torch_lib", "pkg.onnxscript.torch_lib.common",
    };

    /// <summary>Null when it is no model of ONNX: nothing marks its beginning, so that all of its fields have to be those of one.</summary>
    public static string? Scan(Content content, ScanPlace place, ScanRun run)
    {
        var findings = new List<ScanFinding>();
        try
        {
            var walk = new Walk(place, findings);
            if (!walk.Model(content)) return null;
        }
        catch (MalformedContentException)
        {
            return null;
        }

        foreach (var finding in findings) run.Add(finding);
        return Format;
    }

    /// <summary>Why a place for weights is none; null for a plain path below the model's folder.</summary>
    internal static string? LocationProblem(string location)
    {
        if (location.Length is 0 or > 1024) return "is missing or endless";
        if (location.Any(letter => char.IsControl(letter) || letter is '*' or '?' or ':' or '<' or '>' or '|' or '"' or '\\'))
            return "has characters that no plain path has";
        return Array.Exists(location.Split('/'), part => part is "" or "." or ".." || part[^1] is '.' or ' ' || part[0] == ' ')
            ? "does not stay in the model's folder, or not plainly so"
            : null;
    }

    private sealed class Walk(ScanPlace place, List<ScanFinding> findings)
    {
        private readonly HashSet<string> _told = new(StringComparer.Ordinal);

        public bool Model(Content content)
        {
            var hasGraph = false;
            foreach (var field in new Fields(content))
            {
                if (field.Number is < 1 or (> 8 and < 14) or (> 14 and < 20) or > 26 and < 100) return false;
                if (field is { Number: 1, Wire: not 0 }) return false;
                if (field is { Number: 7, Body: { } graph })
                {
                    Graph(graph, 0);
                    hasGraph = true;
                }
                else if (field is { Number: 25, Body: { } function }) Function(function, 0);
            }

            return hasGraph;
        }

        private void Graph(Content graph, int depth)
        {
            if (depth > DepthMax) throw new BeyondLimitException($"its graphs are nested more than {DepthMax} deep");
            foreach (var field in new Fields(graph))
            {
                if (field.Body is not { } body) continue;
                if (field.Number == 1) Node(body, depth);
                else if (field.Number == 5) Tensor(body);
                else if (field.Number == 15) Sparse(body);
            }
        }

        private void Function(Content function, int depth)
        {
            foreach (var field in new Fields(function))
                if (field is { Number: 7, Body: { } node }) Node(node, depth + 1);
                else if (field is { Number: 11, Body: { } attribute }) Attribute(attribute, depth + 1);
        }

        private void Node(Content node, int depth)
        {
            var (kind, domain) = ("", "");
            foreach (var field in new Fields(node))
            {
                if (field.Body is not { } body) continue;
                if (field.Number == 4) kind = Text(body);
                else if (field.Number == 7) domain = Text(body);
                else if (field.Number == 5) Attribute(body, depth);
            }

            if (kind is "PyOp" or "PythonOp" or "PythonOpGrad")
                Tell("node:" + kind, ScanVerdict.Unsafe, FindingCode.Code, $"Its operator {kind} calls a function of Python's.",
                    "Export the model without it.");
            else if (!Domains.Contains(domain))
                Tell("domain:" + domain, ScanVerdict.Unknown, FindingCode.Code,
                    $"Its operators of '{Shown.Text(domain)}' need a library that is no part of ONNX Runtime.",
                        "Export the model without them, or let a person decide.");
        }

        private void Attribute(Content attribute, int depth)
        {
            foreach (var field in new Fields(attribute))
            {
                if (field.Body is not { } body) continue;
                if (field.Number is 5 or 10) Tensor(body);
                else if (field.Number is 6 or 11) Graph(body, depth + 1);
                else if (field.Number is 22 or 23) Sparse(body);
            }
        }

        private void Sparse(Content sparse)
        {
            foreach (var field in new Fields(sparse))
                if (field is { Number: 1 or 2, Body: { } tensor }) Tensor(tensor);
        }

        private void Tensor(Content tensor)
        {
            foreach (var field in new Fields(tensor))
                if (field is { Number: 13, Body: { } entry }) External(entry);
        }

        private void External(Content entry)
        {
            var (key, value) = ("", "");
            foreach (var field in new Fields(entry))
                if (field is { Number: 1, Body: { } name }) key = Text(name);
                else if (field is { Number: 2, Body: { } text }) value = Text(text);
            if (key == "location" && LocationProblem(value) is { } problem)
                Tell("location:" + value, ScanVerdict.Unsafe, FindingCode.ExternalData,
                    $"Its weights lie in '{Shown.Text(value)}', which {problem}.", Cure);
        }

        private void Tell(string what, ScanVerdict verdict, string code, string why, string cure)
        {
            if (_told.Count < 1_000 && _told.Add(what)) findings.Add(new ScanFinding(place.Path, verdict, code, why, cure));
        }

        private static string Text(Content content) => Encoding.UTF8.GetString(content.Bytes(4096));
    }

    /// <param name="Body">The bytes of a text or a message; null for a number.</param>
    private readonly record struct Field(long Number, int Wire, Content? Body);

    /// <summary>The fields of one message of protocol buffers.</summary>
    private readonly struct Fields(Content content)
    {
        public IEnumerator<Field> GetEnumerator()
        {
            var reader = new ContentReader(content);
            while (reader.Left > 0)
            {
                var tag = Varint(reader);
                var (number, wire) = ((long)(tag >> 3), (int)(tag & 7));
                Content? body = null;
                if (number == 0) throw new MalformedContentException(reader.Position, "a field has no number");
                if (wire == 0) Varint(reader);
                else if (wire is 1 or 5) reader.Skip(wire == 1 ? 8u : 4u);
                else if (wire == 2)
                {
                    var length = Varint(reader);
                    var at = reader.Position;
                    reader.Skip(length);
                    body = content.Slice(at, (long)length);
                }
                else throw new MalformedContentException(reader.Position, "a field is of no known kind");
                yield return new Field(number, wire, body);
            }
        }

        private static ulong Varint(ContentReader reader)
        {
            var value = 0ul;
            for (var shift = 0; shift < 70; shift += 7)
            {
                var next = reader.Byte();
                value |= shift < 64 ? (ulong)(next & 0x7F) << shift : 0;
                if (next < 0x80) return value;
            }

            throw new MalformedContentException(reader.Position, "a number does not end");
        }
    }
}
