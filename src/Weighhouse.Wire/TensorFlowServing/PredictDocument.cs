using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Inference;

namespace Weighhouse.Wire.TensorFlowServing;

/// <summary>A request to predict, in rows or in columns, read into its tensors.</summary>
internal sealed class PredictDocument(InferenceRequest request)
{
    private const int SnippetBytesMax = 64;

    /// <summary>Whether it came in rows, and the answer goes in rows.</summary>
    public bool IsRows { get; private set; }

    private ModelShape Shape => request.Shape;

    /// <summary>What follows the document is not looked at, as the protocol's own reader does not.</summary>
    public Error? Read(ReadOnlySpan<byte> body)
    {
        var json = new JsonCursor(body);
        if (ReadRoot(ref json, out var rows, out var columns) is { } wrong) return wrong;
        if (json.Problem is { } problem) return Syntax(problem, json.At);
        if (rows is null && columns is null) return Error.Invalid("Missing 'inputs' or 'instances' key");
        if (rows is not null && columns is not null) return Error.Invalid("Only one of the keys 'instances' and 'inputs' is allowed");
        foreach (var port in Shape.Inputs)
        {
            if (port.Element is not (ElementType.Float16 or ElementType.BFloat16)) continue;
            return new Error(ErrorCode.NotSupported, $"Conversion of JSON Value to type: {RestTypes.Word(port.Element)} is not supported");
        }

        IsRows = rows is not null;
        var value = body[(rows ?? columns)!.Value];
        var cursor = new JsonCursor(value);
        return (IsRows ? ReadRows(ref cursor, value) : ReadColumns(ref cursor, value)) ?? RefuseMissing();
    }

    private static Error Syntax(string problem, int at) => Error.Invalid($"JSON Parse error: {problem} at offset: {at}");

    private Error? ReadRoot(ref JsonCursor json, out Range? rows, out Range? columns)
    {
        (rows, columns) = (null, null);
        if (json.Peek() is JsonKind.End or JsonKind.Wrong) return Syntax("a value is expected", json.At);
        if (json.Peek() is not JsonKind.Object) return Error.Invalid("Request expected to be a JSON object");
        json.BeginObject();
        for (var isFirst = true; json.NextName(ref isFirst, out var name);)
        {
            if (name.SequenceEqual("signature_name"u8))
            {
                if (json.Peek() is not JsonKind.Text) return Error.Invalid("'signature_name' key must be a string value.");
                if (json.Text(out var signature, out _) && !IsKnown(signature))
                    return Error.Invalid($"Serving signature name: \"{Snippet(signature)}\" not found in signature def");
            }
            else if (json.Skip(out var range))
            {
                if (name.SequenceEqual("instances"u8)) rows = range;
                else if (name.SequenceEqual("inputs"u8)) columns = range;
            }
        }

        return null;
    }

    private static bool IsKnown(ReadOnlySpan<byte> signature) =>
        signature.IsEmpty || signature.SequenceEqual("serving_default"u8);

    private Error? ReadRows(ref JsonCursor json, ReadOnlySpan<byte> value)
    {
        if (json.Peek() is not JsonKind.Array) return Error.Invalid("Excepting 'instances' to be an list/array");
        var look = json;
        var isFirst = true;
        look.BeginArray();
        if (!look.NextElement(ref isFirst)) return Error.Invalid("'instances' is empty: send at least one");
        if (look.Peek() is JsonKind.Object && !IsBase64(look)) return ReadNamedRows(ref json, value);
        if (Shape.Inputs.Count == 1) return ReadTensor(ref json, value, 0, NewBuilder(0));
        return Error.Invalid(
            "instances is a plain list, but expecting list of objects as multiple input tensors required as per tensorinfo_map");
    }

    private Error? ReadNamedRows(ref JsonCursor json, ReadOnlySpan<byte> value)
    {
        var builders = new TensorBuilder[Shape.Inputs.Count];
        for (var i = 0; i < builders.Length; i++) builders[i] = NewBuilder(i);
        var count = 0;
        json.BeginArray();
        for (var isFirst = true; json.NextElement(ref isFirst); count++)
        {
            if (json.Peek() is not JsonKind.Object)
                return Error.Invalid($"Failed to process element: {count} of 'instances' list. Expecting an object");
            var given = 0;
            json.BeginObject();
            for (var isFirstName = true; json.NextName(ref isFirstName, out var name); given++)
            {
                var input = Shape.FindInput(name);
                if (input < 0) return WrongKeys(count);
                if (!builders[input].Read(ref json, level: 1)) return Word(builders[input], json, value, count);
            }

            if (given != builders.Length) return WrongKeys(count);
        }

        if (json.Problem is { } problem) return Syntax(problem, json.At);
        for (var i = 0; i < builders.Length; i++)
        {
            builders[i].Close(0, count);
            // A name that comes twice in a row makes its input longer than there are rows.
            if (ElementTypes.CountOf(builders[i].Shape) != builders[i].Count) return WrongKeys(count - 1);
            builders[i].Set(i, builders[i].Shape);
        }

        return null;
    }

    private Error WrongKeys(int at) => Error.Invalid(
        $"Failed to process element: {at} of 'instances' list. JSON object keys must be equal to: "
        + string.Join(',', Shape.Inputs.Select(static port => port.Name).Order(StringComparer.Ordinal)));

    private Error? ReadColumns(ref JsonCursor json, ReadOnlySpan<byte> value)
    {
        if (json.Peek() is not JsonKind.Object || Shape.Inputs.Count == 1 && IsBase64(json))
        {
            return Shape.Inputs.Count == 1
                ? ReadTensor(ref json, value, 0, NewBuilder(0))
                : Error.Invalid(
                    "inputs is a plain value/list, but expecting an object as multiple input tensors required as per tensorinfo_map");
        }

        json.BeginObject();
        for (var isFirst = true; json.NextName(ref isFirst, out var name);)
        {
            var input = Shape.FindInput(name);
            if (input < 0) json.Skip();
            else if (request.Has(input)) return Error.Invalid($"The input '{Shape.Inputs[input].Name}' is given twice");
            else if (ReadTensor(ref json, value, input, NewBuilder(input)) is { } error) return error;
        }

        return json.Problem is { } problem ? Syntax(problem, json.At) : null;
    }

    private Error? ReadTensor(ref JsonCursor json, ReadOnlySpan<byte> value, int input, TensorBuilder builder)
    {
        if (!builder.Read(ref json)) return Word(builder, json, value, null);
        if (ElementTypes.CountOf(builder.Shape) != builder.Count)
            return Error.Invalid($"The input '{Shape.Inputs[input].Name}' has lists of different lengths");
        builder.Set(input, builder.Shape);
        return null;
    }

    private TensorBuilder NewBuilder(int input) => new(request, Shape.Inputs[input].Element, allowsBase64: true);

    /// <summary>An object of the one key "b64" is a text, where any other is names with their values.</summary>
    private static bool IsBase64(JsonCursor json)
    {
        var isFirst = true;
        return json.BeginObject() && json.NextName(ref isFirst, out var name) && name.SequenceEqual("b64"u8)
            && json.Text(out _, out _) && !json.NextName(ref isFirst, out _) && json.Problem is null;
    }

    private Error? RefuseMissing()
    {
        for (var i = 0; i < Shape.Inputs.Count; i++)
            if (!request.Has(i)) return Error.Invalid($"Missing named input: {Shape.Inputs[i].Name} in 'inputs' object.");
        return null;
    }

    private static Error Word(in TensorBuilder builder, JsonCursor json, ReadOnlySpan<byte> value, int? row)
    {
        var where = row is { } at ? $"Failed to process element: {at} of 'instances' list. Error: " : "";
        var name = RestTypes.Name(builder.Element);
        return builder.Fault switch
        {
            TensorFault.Kind => Error.Invalid($"{where}JSON Value: {Snippet(value[builder.FaultAt..])} is not of expected type: {name}"),
            TensorFault.Range => Error.Invalid($"{where}JSON Value: {Snippet(value[builder.FaultAt..])} does not fit the type: {name}"),
            TensorFault.Ragged => Error.Invalid($"{where}Encountered list at unexpected size"),
            TensorFault.Depth => Error.Invalid($"{where}Lists are nested deeper than {TensorBuilder.RankMax}"),
            TensorFault.Text => Error.Invalid($"{where}Unable to base64 decode, or a string is not UTF-8"),
            _ => Syntax(json.Problem ?? "a value is expected", json.At),
        };
    }

    private static string Snippet(ReadOnlySpan<byte> text)
    {
        var cursor = new JsonCursor(text);
        if (cursor.Skip(out var range)) text = text[range];
        return Encoding.UTF8.GetString(text.Length > SnippetBytesMax ? text[..SnippetBytesMax] : text);
    }
}
