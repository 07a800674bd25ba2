using Weighhouse.Kernel;
using Weighhouse.Wire.Grpc.Protobuf;

namespace Weighhouse.Wire.Grpc.Schema;

/// <summary>A file as google.protobuf.FileDescriptorProto: what reflection answers with.</summary>
internal sealed class DescriptorWriter(ProtoNames names, ProtoWriter writer)
{
    private const int Optional = 1;
    private const int Repeated = 3;
    private const int TypeMessage = 11;
    private const int TypeEnum = 14;

    public static byte[] Write(ProtoFile file, ProtoNames names)
    {
        using var writer = new ProtoWriter();
        new DescriptorWriter(names, writer).Write(file);
        Invariant.That(writer.PieceCount == 1);
        return writer.Piece(0).ToArray();
    }

    private void Write(ProtoFile file)
    {
        writer.Text(1, file.Name);
        writer.Text(2, file.Package);
        foreach (var import in file.Imports) writer.TextAlways(3, import);
        foreach (var message in file.Messages) Write(4, message, file.Package);
        foreach (var enumeration in file.Enums) Write(5, enumeration);
        foreach (var service in file.Services) Write(6, service, file.Package);
        writer.Text(12, "proto3");
    }

    private void Write(int field, ProtoMessage message, string scope)
    {
        var name = ProtoNames.Join(scope, message.Name);
        var mark = writer.Enter(field);
        writer.Text(1, message.Name);
        foreach (var member in message.Fields) Write(member, name);
        foreach (var nested in message.Messages) Write(3, nested, name);
        foreach (var enumeration in message.Enums) Write(4, enumeration);
        if (message.IsMapEntry)
        {
            var options = writer.Enter(7);
            writer.Bool(7, true);
            writer.Leave(options);
        }

        foreach (var oneOf in message.OneOfs)
        {
            var declared = writer.Enter(8);
            writer.Text(1, oneOf);
            writer.Leave(declared);
        }

        writer.Leave(mark);
    }

    private void Write(ProtoField field, string scope)
    {
        var mark = writer.Enter(2);
        writer.Text(1, field.Name);
        writer.Int64(3, field.Number);
        writer.Int64(4, field.IsRepeated ? Repeated : Optional);
        if (ScalarOf(field.Type) is { } scalar) writer.Int64(5, scalar);
        else
        {
            var type = names.Resolve(field.Type, scope);
            Invariant.That(names.IsMessage(type) || names.IsEnum(type), $"{scope}.{field.Name} is a {field.Type}, which no file declares");
            writer.Int64(5, names.IsEnum(type) ? TypeEnum : TypeMessage);
            writer.Text(6, "." + type);
        }

        if (field.OneOf is { } oneOf) writer.Varint(9, (ulong)oneOf);
        writer.Leave(mark);
    }

    private void Write(int field, ProtoEnum enumeration)
    {
        var mark = writer.Enter(field);
        writer.Text(1, enumeration.Name);
        foreach (var (name, number) in enumeration.Values)
        {
            var value = writer.Enter(2);
            writer.Text(1, name);
            writer.Varint(2, (ulong)number);
            writer.Leave(value);
        }

        writer.Leave(mark);
    }

    private void Write(int field, ProtoService service, string scope)
    {
        var mark = writer.Enter(field);
        writer.Text(1, service.Name);
        foreach (var method in service.Methods)
        {
            var declared = writer.Enter(2);
            writer.Text(1, method.Name);
            writer.Text(2, "." + names.Resolve(method.Request, scope));
            writer.Text(3, "." + names.Resolve(method.Reply, scope));
            writer.Bool(5, method.IsRequestStream);
            writer.Bool(6, method.IsReplyStream);
            writer.Leave(declared);
        }

        writer.Leave(mark);
    }

    private static int? ScalarOf(string type) => type switch
    {
        "double" => 1,
        "float" => 2,
        "int64" => 3,
        "uint64" => 4,
        "int32" => 5,
        "bool" => 8,
        "string" => 9,
        "bytes" => 12,
        "uint32" => 13,
        _ => null,
    };
}
