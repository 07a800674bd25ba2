using System.Globalization;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;

namespace Weighhouse.Wire.Grpc.OpenInference;

/// <summary>What of a ModelInferRequest is known before its model is: the first of two passes.</summary>
internal struct InferMessage
{
    public string Model { get; private set; }

    public string Version { get; private set; }

    public string Id { get; private set; }

    public int Priority { get; private set; }

    /// <summary>In microseconds; 0 for none.</summary>
    public long TimeoutUs { get; private set; }

    public int Inputs { get; private set; }

    public int RawInputs { get; private set; }

    public static Error? Read(ReadOnlyMemory<byte> message, out InferMessage read)
    {
        read = new InferMessage { Model = "", Version = "", Id = "" };
        Error? refused = null;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Key)
            {
                case (1 << 3) | ProtoWire.Bytes: read.Model = reader.Text(); break;
                case (2 << 3) | ProtoWire.Bytes: read.Version = reader.Text(); break;
                case (3 << 3) | ProtoWire.Bytes: read.Id = reader.Text(); break;
                case (4 << 3) | ProtoWire.Bytes: refused ??= read.Take(InferParameter.Read(ref reader)); break;
                case (5 << 3) | ProtoWire.Bytes:
                    read.Inputs++;
                    reader.Skip();
                    break;
                case (7 << 3) | ProtoWire.Bytes:
                    read.RawInputs++;
                    reader.Skip();
                    break;
                default: reader.Skip(); break;
            }
        }

        return reader.Refuse("ModelInferRequest") ?? refused;
    }

    public readonly Result<ServingTarget> Target => TargetOf(Model, Version);

    public static Result<ServingTarget> TargetOf(string model, string version)
    {
        if (version.Length == 0) return new ServingTarget(model);
        return long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ServingTarget(model, number)
            : Error.Invalid($"failed to get model version from specified version string '{version}': versions are whole numbers");
    }

    private Error? Take(InferParameter parameter)
    {
        switch (parameter.Name)
        {
            case "priority" when parameter.Number is >= 0 and <= int.MaxValue: Priority = (int)parameter.Number.Value; return null;
            case "timeout" when parameter.Number is >= 0: TimeoutUs = parameter.Number.Value; return null;
            case "priority" or "timeout": return Error.Invalid($"parameter '{parameter.Name}' must be a whole number that is not negative");
            case "sequence_id" or "sequence_start" or "sequence_end":
                return parameter.IsSet ? Error.Invalid($"parameter '{parameter.Name}': no model here keeps state between requests") : null;
            default: return null;
        }
    }
}
