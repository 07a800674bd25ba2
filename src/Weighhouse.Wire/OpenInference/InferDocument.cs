using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Inference;

namespace Weighhouse.Wire.OpenInference;

/// <summary>
/// A request for inference read into its tensors: a JSON document and, after it, the bytes of those inputs that say how many of them are
/// theirs. What does not suit the model is refused in Triton's words.
/// </summary>
internal sealed class InferDocument(InferenceRequest request, Memory<byte> binary, TimeProvider time)
{
    private const int IdLengthMax = 1_024;

    /// <summary>A day, as over gRPC: a longer one is none.</summary>
    private const double TimeoutSecondsMax = 86_400;
    private const int NameLengthMax = 1_024;

    /// <summary>Bit n: output n is wanted as bytes after the JSON, or not, whatever the request says of all of them.</summary>
    private readonly HashSet<int> _binaryOutputs = [];
    private readonly HashSet<int> _jsonOutputs = [];
    private bool _binaryByDefault;
    private int _binaryUsed;

    /// <summary>Whether an output goes after the JSON as bytes.</summary>
    public bool IsBinary(int output) => _binaryOutputs.Contains(output) || _binaryByDefault && !_jsonOutputs.Contains(output);

    public Error? Read(ReadOnlySpan<byte> document)
    {
        var json = new JsonCursor(document);
        var error = ReadRoot(ref json, document);
        if (error is null && json.Problem is null) json.IsDone();
        if (json.Problem is { } problem)
            return Error.Invalid($"failed to parse the request JSON buffer: {problem} at {json.At}");
        if (error is not null) return error;
        if (_binaryUsed < binary.Length)
        {
            var surplus = binary.Length - _binaryUsed;
            return Error.Invalid($"unexpected additional input data for model '{Model}': {surplus} bytes are of no input");
        }

        return RefuseMissing();
    }

    private string Model => request.Version.Deployment;

    private Error? ReadRoot(ref JsonCursor json, ReadOnlySpan<byte> document)
    {
        if (!json.BeginObject()) return null;
        var hasInputs = false;
        for (var isFirst = true; json.NextName(ref isFirst, out var name);)
        {
            Error? error = null;
            if (name.SequenceEqual("id"u8)) error = ReadId(ref json);
            else if (name.SequenceEqual("parameters"u8)) error = ReadParameters(ref json);
            else if (name.SequenceEqual("outputs"u8)) error = ReadOutputs(ref json);
            else if (name.SequenceEqual("inputs"u8)) (hasInputs, error) = (true, ReadInputs(ref json, document));
            else json.Skip();
            if (error is not null) return error;
        }

        return hasInputs || json.Problem is not null ? null : NoList("inputs");
    }

    private Error? ReadId(ref JsonCursor json)
    {
        if (json.Peek() is not JsonKind.Text) return Error.Invalid("Unable to parse 'id': attempt to access JSON non-string as string");
        if (!json.Text(out var raw, out var isEscaped)) return null;
        if (raw.Length > IdLengthMax) return Error.Invalid($"The id has {raw.Length} bytes; at most {IdLengthMax} fit.");
        return Text(raw, isEscaped) is { } id ? Done(request.Id = id) : Error.Invalid("Unable to parse 'id': it is not UTF-8");
    }

    private static Error? Done(string _) => null;

    private static Error NoList(string field) => Error.Invalid($"Unable to parse '{field}': attempt to access JSON non-array as array");

    private static string? Text(ReadOnlySpan<byte> raw, bool isEscaped)
    {
        Span<byte> target = stackalloc byte[IdLengthMax];
        var length = raw.Length;
        if (isEscaped) length = JsonCursor.Unescape(raw, target);
        else raw.CopyTo(target);
        return length >= 0 && System.Text.Unicode.Utf8.IsValid(target[..length]) ? Encoding.UTF8.GetString(target[..length]) : null;
    }

    private Error? ReadParameters(ref JsonCursor json)
    {
        if (json.Peek() is not JsonKind.Object) return Error.Invalid("Unable to parse 'parameters': attempt to access JSON non-object");
        json.BeginObject();
        for (var isFirst = true; json.NextName(ref isFirst, out var name);)
        {
            if (name.SequenceEqual("binary_data_output"u8))
            {
                if (!Flag(ref json, out _binaryByDefault))
                    return Error.Invalid("Unable to parse 'binary_data_output': it is true or false");
            }
            else if (name.SequenceEqual("timeout"u8) && json.Peek() is JsonKind.Number)
            {
                if (json.WholeNumber(out var micros) && micros > 0)
                    request.Deadline = time.GetTimestamp() + (long)(Math.Min(micros / 1e6, TimeoutSecondsMax) * time.TimestampFrequency);
            }
            else if (name.SequenceEqual("priority"u8) && json.Peek() is JsonKind.Number)
            {
                if (json.WholeNumber(out var priority)) request.Priority = (int)Math.Clamp(priority, 0, int.MaxValue);
            }
            else if (name.StartsWith("sequence_"u8))
            {
                return new Error(
                    ErrorCode.NotSupported, $"model '{Model}' keeps no state between requests: sequence parameters are not supported");
            }
            else
            {
                json.Skip();
            }
        }

        return null;
    }

    private static bool Flag(ref JsonCursor json, out bool value)
    {
        value = json.Peek() is JsonKind.True;
        return value ? json.True() : json.Peek() is JsonKind.False && json.False();
    }

    private Error? ReadOutputs(ref JsonCursor json)
    {
        if (json.Peek() is not JsonKind.Array) return NoList("outputs");
        json.BeginArray();
        for (var isFirst = true; json.NextElement(ref isFirst);)
            if (ReadOutput(ref json) is { } error) return error;
        return null;
    }

    private Error? ReadOutput(ref JsonCursor json)
    {
        if (!json.BeginObject()) return null;
        var output = -1;
        bool? isBinary = null;
        for (var isFirst = true; json.NextName(ref isFirst, out var name);)
        {
            if (name.SequenceEqual("name"u8))
            {
                if (ReadPort(ref json, request.Shape.FindOutput, "output", out output) is { } unknown) return unknown;
            }
            else if (name.SequenceEqual("parameters"u8))
            {
                if (ReadOutputParameters(ref json, ref isBinary) is { } wrong) return wrong;
            }
            else
            {
                json.Skip();
            }
        }

        if (json.Problem is not null) return null;
        if (output < 0) return Error.Invalid("Unable to parse 'outputs': an output has no 'name'");
        request.Ask(output);
        if (request.Asked.Length > request.Shape.Outputs.Count)
            return Error.Invalid($"more outputs are asked for than model '{Model}' has");
        if (isBinary is true) _binaryOutputs.Add(output);
        else if (isBinary is false) _jsonOutputs.Add(output);
        return null;
    }

    private static Error? ReadOutputParameters(ref JsonCursor json, ref bool? isBinary)
    {
        if (!json.BeginObject()) return null;
        for (var isFirst = true; json.NextName(ref isFirst, out var name);)
        {
            if (name.SequenceEqual("binary_data"u8))
            {
                if (!Flag(ref json, out var flag)) return Error.Invalid("Unable to parse 'binary_data': it is true or false");
                isBinary = flag;
            }
            else if (name.SequenceEqual("classification"u8))
            {
                return new Error(ErrorCode.NotSupported, "the parameter 'classification' is not supported: ask for the scores");
            }
            else if (name.StartsWith("shared_memory_"u8))
            {
                return SharedMemory();
            }
            else
            {
                json.Skip();
            }
        }

        return null;
    }

    public static Error SharedMemory() => new(
        ErrorCode.NotSupported, "shared memory is not supported: send tensors with the request, as JSON or as binary data");

    private delegate int Find(ReadOnlySpan<byte> name);

    private Error? ReadPort(ref JsonCursor json, Find find, string kind, out int port)
    {
        port = -1;
        if (json.Peek() is not JsonKind.Text) return Error.Invalid($"Unable to parse 'name' of an {kind}: it is a text");
        if (!json.Text(out var raw, out var isEscaped)) return null;
        if (raw.Length > NameLengthMax) return Error.Invalid($"the name of an {kind} has {raw.Length} bytes; at most {NameLengthMax} fit");
        port = find(raw);
        if (port >= 0 && !isEscaped) return null;
        if (Text(raw, isEscaped) is not { } name) return Error.Invalid($"Unable to parse 'name' of an {kind}: it is not UTF-8");
        port = find(Encoding.UTF8.GetBytes(name));
        return port >= 0 ? null : Error.Invalid($"{About}unexpected inference {kind} '{name}' for model '{Model}'");
    }

    private string About => $"[request id: {request.Id ?? "<id_unknown>"}] ";

    private Error? ReadInputs(ref JsonCursor json, ReadOnlySpan<byte> document)
    {
        if (json.Peek() is not JsonKind.Array) return NoList("inputs");
        json.BeginArray();
        for (var isFirst = true; json.NextElement(ref isFirst);)
        {
            var input = new InferInput(this, document);
            if (input.Read(ref json) is { } error) return error;
        }

        return null;
    }

    private Error? RefuseMissing()
    {
        var shape = request.Shape;
        var missing = Enumerable.Range(0, shape.Inputs.Count).Where(input => !request.Has(input)).ToList();
        if (missing.Count == 0) return null;
        var given = Enumerable.Range(0, shape.Inputs.Count).Except(missing).Select(input => $"'{shape.Inputs[input].Name}'");
        return Error.Invalid(
            $"{About}expected {shape.Inputs.Count} inputs but got {shape.Inputs.Count - missing.Count} inputs for model '{Model}'. Got "
            + $"input(s) [{string.Join(", ", given)}], but missing required input(s) "
            + $"[{string.Join(", ", missing.Select(input => $"'{shape.Inputs[input].Name}'"))}]. Please provide all required input(s).");
    }

    /// <summary>One input on its way from JSON to a tensor; its fields come in any order.</summary>
    private ref struct InferInput(InferDocument owner, ReadOnlySpan<byte> document)
    {
        private readonly ReadOnlySpan<byte> _document = document;
        private int _input = -1;
        private ElementType? _element;
        private long[]? _shape;
        private long? _binarySize;
        private Range? _data;
        private bool _isRead;

        private readonly InferenceRequest Request => owner.Request;

        private readonly string Name => Request.Shape.Inputs[_input].Name;

        public Error? Read(ref JsonCursor json)
        {
            if (!json.BeginObject()) return null;
            for (var isFirst = true; json.NextName(ref isFirst, out var name);)
            {
                Error? error = null;
                if (name.SequenceEqual("name"u8)) error = owner.ReadPort(ref json, Request.Shape.FindInput, "input", out _input);
                else if (name.SequenceEqual("shape"u8)) error = ReadShape(ref json);
                else if (name.SequenceEqual("datatype"u8)) error = ReadType(ref json);
                else if (name.SequenceEqual("parameters"u8)) error = ReadParameters(ref json);
                else if (name.SequenceEqual("data"u8)) error = ReadData(ref json);
                else json.Skip();
                if (error is not null) return error;
            }

            return json.Problem is null ? Finish() : null;
        }

        private Error? ReadShape(ref JsonCursor json)
        {
            if (json.Peek() is not JsonKind.Array)
                return NoList("shape");
            Span<long> sizes = stackalloc long[TensorBuilder.RankMax];
            var rank = 0;
            json.BeginArray();
            for (var isFirst = true; json.NextElement(ref isFirst); rank++)
            {
                if (rank == sizes.Length) return Error.Invalid($"a shape has more than {sizes.Length} dimensions");
                if (json.Peek() is not JsonKind.Number || !json.WholeNumber(out sizes[rank]))
                    return Error.Invalid("Unable to parse 'shape': attempt to access JSON non-signed-integer as signed-integer");
                if (sizes[rank] < 0) return Error.Invalid($"a shape has the dimension {sizes[rank]}; dimensions are 0 or more");
            }

            _shape = sizes[..rank].ToArray();
            return null;
        }

        private Error? ReadType(ref JsonCursor json)
        {
            if (json.Peek() is not JsonKind.Text) return Error.Invalid("Unable to parse 'datatype': it is a text");
            if (!json.Text(out var word, out _)) return null;
            _element = OpenInferenceTypes.Parse(word);
            if (_element is not null) return null;
            return Error.Invalid($"'{Encoding.UTF8.GetString(word[..Math.Min(word.Length, 32)])}' is no datatype");
        }

        private Error? ReadParameters(ref JsonCursor json)
        {
            if (!json.BeginObject()) return null;
            for (var isFirst = true; json.NextName(ref isFirst, out var name);)
            {
                if (name.SequenceEqual("binary_data_size"u8))
                {
                    if (json.Peek() is not JsonKind.Number || !json.WholeNumber(out var size) || size < 0)
                        return Error.Invalid("Unable to parse 'binary_data_size': it is a whole number of bytes");
                    _binarySize = size;
                }
                else if (name.StartsWith("shared_memory_"u8))
                {
                    return SharedMemory();
                }
                else
                {
                    json.Skip();
                }
            }

            return null;
        }

        private Error? ReadData(ref JsonCursor json)
        {
            if (_input >= 0 && _element is { } element && _shape is not null) return ReadTensor(ref json, element, _shape);
            if (json.Skip(out var range)) _data = range;
            return null;
        }

        private Error? Finish()
        {
            if (_input < 0) return Error.Invalid("Unable to parse 'inputs': an input has no 'name'");
            if (_shape is null) return Error.Invalid($"Unable to parse 'shape': input '{Name}' has none");
            if (_element is not { } element) return Error.Invalid($"Unable to parse 'datatype': input '{Name}' has none");
            if (_binarySize is { } size)
            {
                if (_isRead || _data is not null)
                    return Error.Invalid($"must not specify 'data' when 'binary_data_size' is given for input '{Name}'");
                return ReadBinary(size, element, _shape);
            }

            if (_isRead) return null;
            if (_data is not { } range) return Error.Invalid($"Unable to parse 'data': input '{Name}' has neither data nor binary data");
            var json = new JsonCursor(_document[range]);
            return ReadTensor(ref json, element, _shape);
        }

        private Error? ReadTensor(ref JsonCursor json, ElementType element, long[] shape)
        {
            if (Refuse(element, shape, out var count) is { } wrong) return wrong;
            if (element is ElementType.Float16 or ElementType.BFloat16)
            {
                return Error.Invalid(
                    $"receiving {OpenInferenceTypes.Name(element)} data via JSON is not supported. Please use the binary data format for "
                    + $"input '{Name}'");
            }

            var builder = new TensorBuilder(Request, element, allowsBase64: false);
            // Two characters an element at least: a shape that lies of more than the text can have is not believed.
            if (count > 0 && count <= json.Left) builder.Expect(count);
            _isRead = true;
            if (json.Peek() is not JsonKind.Array)
                return Error.Invalid($"Unable to parse 'data': attempt to access JSON non-array as array for input '{Name}'");
            if (!builder.Read(ref json)) return Word(builder.Fault, element);
            if (builder.Count != count || builder.Shape.Length > 1 && !builder.Shape.SequenceEqual(shape))
            {
                return Error.Invalid(
                    $"Unable to parse 'data': Shape does not match true shape of 'data' field for input '{Name}': expected {count} "
                    + $"elements of shape [{string.Join(',', shape)}], got {builder.Count} of "
                    + $"[{string.Join(',', builder.Shape.ToArray())}]");
            }

            builder.Set(_input, shape);
            return null;
        }

        private readonly Error? Word(TensorFault fault, ElementType element) => fault switch
        {
            TensorFault.Kind => Error.Invalid(
                $"Unable to parse 'data': an element of input '{Name}' is not of the datatype {OpenInferenceTypes.Name(element)}"),
            TensorFault.Range => Error.Invalid(
                $"Unable to parse 'data': an element of input '{Name}' does not fit {OpenInferenceTypes.Name(element)}"),
            TensorFault.Ragged => Error.Invalid(
                $"Unable to parse 'data': Shape does not match true shape of 'data' field for input '{Name}': lists differ in length"),
            TensorFault.Depth => Error.Invalid(
                $"Unable to parse 'data': input '{Name}' is nested deeper than {TensorBuilder.RankMax} lists"),
            TensorFault.Text => Error.Invalid($"Unable to parse 'data': a text of input '{Name}' is not UTF-8"),
            _ => Error.Invalid($"Unable to parse 'data' of input '{Name}': it is not JSON"),
        };

        private readonly Error? ReadBinary(long size, ElementType element, long[] shape)
        {
            if (Refuse(element, shape, out var count) is { } wrong) return wrong;
            var left = owner.Binary.Length - owner._binaryUsed;
            if (size > left)
            {
                return Error.Invalid(
                    $"unexpected end of input data for '{Name}': 'binary_data_size' is {size}, and {left} bytes are left after the JSON");
            }

            var bytes = owner.Binary.Slice(owner._binaryUsed, (int)size);
            var offset = owner._binaryUsed;
            owner._binaryUsed += (int)size;
            if (element is ElementType.Text) return BinaryTensors.SetTexts(Request, _input, shape, bytes, count);
            return BinaryTensors.Set(Request, _input, element, shape, bytes, count, owner.BinaryOffset + offset);
        }

        private readonly Error? Refuse(ElementType element, long[] shape, out int count)
        {
            count = ElementTypes.CountOf(shape);
            var port = Request.Shape.Inputs[_input];
            if (Request.Has(_input)) return Error.Invalid($"{owner.About}input '{Name}' is given twice for model '{owner.Model}'");
            if (element != port.Element)
            {
                return Error.Invalid(
                    $"{owner.About}inference input '{Name}' data-type is '{OpenInferenceTypes.Name(element)}', but model '{owner.Model}' "
                    + $"expects '{OpenInferenceTypes.Name(port.Element)}'");
            }

            if (!port.Accepts(shape))
            {
                return Error.Invalid(
                    $"{owner.About}unexpected shape for input '{Name}' for model '{owner.Model}'. Expected "
                    + $"[{string.Join(',', port.Dimensions!)}], got [{string.Join(',', shape)}]");
            }

            if (count >= 0) return null;
            return Error.Invalid($"the shape [{string.Join(',', shape)}] of input '{Name}' has more elements than fit a request");
        }
    }

    private InferenceRequest Request => request;

    private Memory<byte> Binary => binary;

    /// <summary>Where the binary data lies in its buffer, which decides whether numbers in it are aligned.</summary>
    public int BinaryOffset { get; init; }
}
