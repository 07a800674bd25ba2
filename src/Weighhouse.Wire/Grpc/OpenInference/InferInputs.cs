using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Tensors;
using Weighhouse.Wire.OpenInference;

namespace Weighhouse.Wire.Grpc.OpenInference;

/// <summary>The second pass over a ModelInferRequest: its tensors, and the outputs it asks for.</summary>
internal static class InferInputs
{
    public static Error? Read(ReadOnlyMemory<byte> message, in InferMessage head, InferenceRequest request)
    {
        if (head.RawInputs > 0 && head.RawInputs != head.Inputs)
            return Error.Invalid(
                $"[request id: {IdOf(head)}] expected {head.Inputs} raw_input_contents, one for each input, got {head.RawInputs}");
        var reader = new ProtoReader(message);
        var raw = new ProtoReader(message);
        Error? refused = null;
        while (refused is null && reader.Next())
        {
            switch (reader.Key)
            {
                case (5 << 3) | ProtoWire.Bytes:
                    refused = ReadInput(reader.Memory(), NextRaw(ref raw, head), request);
                    break;
                case (6 << 3) | ProtoWire.Bytes: refused = ReadOutput(ref reader, request); break;
                default: reader.Skip(); break;
            }
        }

        return refused ?? reader.Refuse("ModelInferRequest") ?? RefuseMissing(head, request);
    }

    private static string IdOf(in InferMessage head) => head.Id.Length > 0 ? head.Id : "<id_unknown>";

    /// <summary>The raw bytes stand apart from the inputs, in the same order; null when the request has none.</summary>
    private static ReadOnlyMemory<byte>? NextRaw(ref ProtoReader raw, in InferMessage head)
    {
        if (head.RawInputs == 0) return null;
        while (raw.Next())
        {
            if (raw.Key == ((7 << 3) | ProtoWire.Bytes)) return raw.Memory();
            raw.Skip();
        }

        return null;
    }

    private static Error? ReadInput(ReadOnlyMemory<byte> input, ReadOnlyMemory<byte>? raw, InferenceRequest request)
    {
        var reader = new ProtoReader(input);
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> datatype = default;
        ReadOnlyMemory<byte>? contents = null;
        var shape = default(ShapeBuffer);
        Error? refused = null;
        while (reader.Next())
        {
            switch (reader.Key)
            {
                case (1 << 3) | ProtoWire.Bytes: name = reader.Utf8(); break;
                case (2 << 3) | ProtoWire.Bytes: datatype = reader.Utf8(); break;
                case (3 << 3) | ProtoWire.Bytes or (3 << 3) | ProtoWire.Varint: shape.Read(ref reader); break;
                case (4 << 3) | ProtoWire.Bytes: refused ??= RefuseSharedMemory(InferParameter.Read(ref reader)); break;
                case (5 << 3) | ProtoWire.Bytes: contents = reader.Memory(); break;
                default: reader.Skip(); break;
            }
        }

        if ((reader.Refuse("ModelInferRequest") ?? refused) is { } wrong) return wrong;
        var text = Encoding.UTF8.GetString(name);
        var place = request.Shape.FindInput(name);
        if (place < 0)
            return Error.Invalid(
                $"unexpected inference input '{text}' for model '{request.Version.Deployment}'; it takes {Names.Of(request.Shape.Inputs)}");
        if (request.Has(place)) return Error.Invalid($"input '{text}' is given twice");
        if (OpenInferenceTypes.Parse(datatype) is not { } element)
            return Error.Invalid($"input '{text}' has the datatype '{Encoding.UTF8.GetString(datatype)}', which is none");
        var count = ElementTypes.CountOf(shape.Span);
        if (count < 0 || shape.IsTooLong)
            return Error.Invalid($"input '{text}' has a shape with a negative size, too many elements or more than 32 sizes: {shape}");
        if (raw is not null && contents is { IsEmpty: false })
            return Error.Invalid(
                "contents field must not be specified when using raw_input_contents for "
                + $"'{text}' for model '{request.Version.Deployment}'");
        return raw is { } bytes
            ? InferTensors.SetRaw(bytes, request, place, element, shape.Span, count)
            : InferTensors.SetContents(contents ?? default, request, place, element, shape.Span, count);
    }

    private static Error? ReadOutput(ref ProtoReader reader, InferenceRequest request)
    {
        Error? refused = null;
        ReadOnlySpan<byte> name = default;
        var outer = reader.Enter();
        while (reader.Next())
        {
            switch (reader.Key)
            {
                case (1 << 3) | ProtoWire.Bytes: name = reader.Utf8(); break;
                case (2 << 3) | ProtoWire.Bytes:
                    var parameter = InferParameter.Read(ref reader);
                    refused ??= RefuseSharedMemory(parameter) ?? RefuseClassification(parameter);
                    break;
                default: reader.Skip(); break;
            }
        }

        reader.Leave(outer);
        if (refused is not null || reader.Failure is not ProtoFailure.None) return refused;
        var output = request.Shape.FindOutput(name);
        var text = Encoding.UTF8.GetString(name);
        if (output < 0)
            return Error.Invalid(
                $"unexpected inference output '{text}' for model '{request.Version.Deployment}'; "
                + $"it gives {Names.Of(request.Shape.Outputs)}");
        if (request.Asked.Contains(output)) return Error.Invalid($"output '{text}' is asked for twice");
        request.Ask(output);
        return null;
    }

    private static Error? RefuseSharedMemory(InferParameter parameter) =>
        parameter.Name.StartsWith("shared_memory_", StringComparison.Ordinal) ? SharedMemoryHandlers.Refused : null;

    private static Error? RefuseClassification(InferParameter parameter) => parameter is { Name: "classification", IsSet: true }
        ? new Error(ErrorCode.NotSupported, "the classification of outputs is not spoken over gRPC here: leave the parameter out")
        : null;

    private static Error? RefuseMissing(in InferMessage head, InferenceRequest request)
    {
        var inputs = request.Shape.Inputs;
        for (var i = 0; i < inputs.Count; i++)
        {
            if (!request.Has(i))
                return Error.Invalid(
                    $"expected {inputs.Count} inputs but got {head.Inputs} inputs for model '{request.Version.Deployment}': "
                    + $"'{inputs[i].Name}' is missing");
        }

        return null;
    }
}
