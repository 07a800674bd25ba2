using Weighhouse.Kernel;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Transport;

namespace Weighhouse.Wire.Grpc.Reflection;

internal enum ReflectionKind
{
    Nothing,
    FileByName,
    FileBySymbol,
    FileByExtension,
    ExtensionsOf,
    Services,
}

/// <param name="Text">The file, symbol or type asked for.</param>
internal readonly record struct ReflectionQuestion(string Host, ReflectionKind Kind, string Text)
{
    public string Words => Kind switch
    {
        ReflectionKind.FileByName => "File",
        ReflectionKind.FileByExtension => "Extension",
        ReflectionKind.ExtensionsOf => "Type",
        _ => "Symbol",
    };

    public static Error? TryRead(MessageBuffer message, out ReflectionQuestion question)
    {
        var reader = new ProtoReader(message.Memory);
        var (host, kind, text) = ("", ReflectionKind.Nothing, "");
        while (reader.Next())
        {
            switch (reader.Key)
            {
                case (1 << 3) | ProtoWire.Bytes: host = reader.Text(); break;
                case (3 << 3) | ProtoWire.Bytes: (kind, text) = (ReflectionKind.FileByName, reader.Text()); break;
                case (4 << 3) | ProtoWire.Bytes: (kind, text) = (ReflectionKind.FileBySymbol, reader.Text()); break;
                case (5 << 3) | ProtoWire.Bytes: (kind, text) = (ReflectionKind.FileByExtension, ReadExtension(ref reader)); break;
                case (6 << 3) | ProtoWire.Bytes: (kind, text) = (ReflectionKind.ExtensionsOf, reader.Text()); break;
                case (7 << 3) | ProtoWire.Bytes: (kind, text) = (ReflectionKind.Services, reader.Text()); break;
                default: reader.Skip(); break;
            }
        }

        question = new ReflectionQuestion(host, kind, text);
        return reader.Refuse("ServerReflectionRequest");
    }

    private static string ReadExtension(ref ProtoReader reader)
    {
        var outer = reader.Enter();
        var (type, number) = ("", 0);
        while (reader.Next())
        {
            if (reader.Key == ((1 << 3) | ProtoWire.Bytes)) type = reader.Text();
            else if (reader.Key == ((2 << 3) | ProtoWire.Varint)) number = reader.Int32();
            else reader.Skip();
        }

        reader.Leave(outer);
        return $"{type} {number}";
    }
}
