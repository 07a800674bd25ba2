using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.TensorFlowServing;

namespace Weighhouse.Wire.Grpc.TensorFlowServing;

/// <summary>Which model, version or label, and signature.</summary>
internal record struct ModelSpec(string Name, long? Version, string? Label, string Signature)
{
    private bool _isGiven;

    public readonly ServingTarget Target => new(Name, Version, Label);

    public readonly string SignatureOrDefault => Signature is { Length: > 0 } ? Signature : ServableWords.DefaultSignature;

    /// <summary>Null when it names a model; whether there is one is asked later.</summary>
    public readonly Error? Refuse()
    {
        if (!_isGiven) return Error.Invalid("Missing ModelSpec");
        return string.IsNullOrEmpty(Name) ? Error.Invalid("ModelSpec has no name specified.") : null;
    }

    /// <summary>Null when the model has the signature: a model from elsewhere has one.</summary>
    public readonly Error? RefuseSignature() => SignatureOrDefault is ServableWords.DefaultSignature
        ? null
        : Error.Precondition($"Serving signature key \"{Signature}\" not found.");

    /// <summary>Reads the message at hand; of a spec in pieces the later ones count, as protobuf joins them.</summary>
    public void Read(ref ProtoReader reader)
    {
        _isGiven = true;
        Name ??= "";
        var outer = reader.Enter();
        while (reader.Next())
        {
            switch (reader.Key)
            {
                case (1 << 3) | ProtoWire.Bytes: Name = reader.Text(); break;
                case (2 << 3) | ProtoWire.Bytes: (Version, Label) = (ReadVersion(ref reader), null); break;
                case (3 << 3) | ProtoWire.Bytes: Signature = reader.Text(); break;
                case (4 << 3) | ProtoWire.Bytes: (Version, Label) = (null, reader.Text()); break;
                default: reader.Skip(); break;
            }
        }

        reader.Leave(outer);
    }

    /// <summary>Answers name the version that answered, whatever was asked for.</summary>
    public readonly void Write(ProtoWriter writer, int field, long version, bool withSignature = true)
    {
        var mark = writer.Enter(field);
        writer.Text(1, Name);
        var number = writer.Enter(2);
        writer.Int64(1, version);
        writer.Leave(number);
        if (withSignature) writer.Text(3, SignatureOrDefault);
        writer.Leave(mark);
    }

    private static long ReadVersion(ref ProtoReader reader)
    {
        var version = 0L;
        var outer = reader.Enter();
        while (reader.Next())
        {
            if (reader.Key == ((1 << 3) | ProtoWire.Varint)) version = reader.Int64();
            else reader.Skip();
        }

        reader.Leave(outer);
        return version;
    }
}
