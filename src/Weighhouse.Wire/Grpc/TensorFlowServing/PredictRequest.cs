using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Tensors;

namespace Weighhouse.Wire.Grpc.TensorFlowServing;

/// <summary>Reads a PredictRequest in two passes: the model first, wherever in the message it stands, then the tensors for it.</summary>
internal static class PredictRequest
{
    private const uint SpecKey = (1 << 3) | ProtoWire.Bytes;
    private const uint InputKey = (2 << 3) | ProtoWire.Bytes;
    private const uint FilterKey = (3 << 3) | ProtoWire.Bytes;

    public static Error? ReadSpec(ReadOnlyMemory<byte> message, out ModelSpec spec)
    {
        spec = default;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Key == SpecKey) spec.Read(ref reader);
            else reader.Skip();
        }

        return reader.Refuse(nameof(PredictRequest)) ?? spec.Refuse();
    }

    public static Error? ReadTensors(ReadOnlyMemory<byte> message, InferenceRequest request)
    {
        var reader = new ProtoReader(message);
        List<string>? strangers = null;
        Error? refused = null;
        while (refused is null && reader.Next())
        {
            switch (reader.Key)
            {
                case InputKey: refused = ReadInput(reader.Memory(), request, ref strangers); break;
                case FilterKey: refused = Ask(reader.Utf8(), request); break;
                default: reader.Skip(); break;
            }
        }

        return refused ?? reader.Refuse(nameof(PredictRequest)) ?? RefuseNames(request, strangers);
    }

    private static Error? ReadInput(ReadOnlyMemory<byte> entry, InferenceRequest request, ref List<string>? strangers)
    {
        var reader = new ProtoReader(entry);
        ReadOnlySpan<byte> name = default;
        ReadOnlyMemory<byte> tensor = default;
        while (reader.Next())
        {
            switch (reader.Key)
            {
                case (1 << 3) | ProtoWire.Bytes: name = reader.Utf8(); break;
                case (2 << 3) | ProtoWire.Bytes: tensor = reader.Memory(); break;
                default: reader.Skip(); break;
            }
        }

        if (reader.Refuse(nameof(PredictRequest)) is { } broken) return broken;
        var input = request.Shape.FindInput(name);
        if (input >= 0) return TensorProtoReader.Read(tensor, request, input, request.Shape.Inputs[input].Name);
        (strangers ??= []).Add(System.Text.Encoding.UTF8.GetString(name));
        return null;
    }

    private static Error? Ask(ReadOnlySpan<byte> name, InferenceRequest request)
    {
        var output = request.Shape.FindOutput(name);
        var text = System.Text.Encoding.UTF8.GetString(name);
        if (output < 0)
            return Error.Invalid(
                $"output tensor alias not found in signature: {text} "
                + $"Outputs expected to be in the set {{{Names.Of(request.Shape.Outputs)}}}.");
        if (request.Asked.Contains(output)) return Error.Invalid($"duplicate output tensor alias: {text}");
        request.Ask(output);
        return null;
    }

    /// <summary>TensorFlow Serving's own words for inputs too many, too few or with the wrong names.</summary>
    private static Error? RefuseNames(InferenceRequest request, List<string>? strangers)
    {
        var inputs = request.Shape.Inputs;
        List<string> given = [];
        List<string> missing = [];
        for (var i = 0; i < inputs.Count; i++) (request.Has(i) ? given : missing).Add(inputs[i].Name);
        if (strangers is null && missing.Count == 0) return null;
        strangers ??= [];
        var sent = given.Count + strangers.Count;
        if (sent == inputs.Count)
            return Error.Invalid(
                $"input tensor alias not found in signature: {strangers[0]}. Inputs expected to be in the set {{{Names.Of(inputs)}}}.");
        return Error.Invalid(
            $"input size does not match signature: {sent}!={inputs.Count} len({{{string.Join(',', given.Concat(strangers))}}}) != "
            + $"len({{{Names.Of(inputs)}}}). Sent extra: {{{string.Join(',', strangers)}}}. "
            + $"Missing but required: {{{string.Join(',', missing)}}}.");
    }
}
