using System.Globalization;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.Grpc.Schema;

/// <summary>Reads our own .proto files. What it does not know is a mistake in them, found by the first test that runs.</summary>
internal static class ProtoParser
{
    public static ProtoFile Parse(string name, string text)
    {
        var tokens = new ProtoTokens(name, text);
        var package = "";
        List<string> imports = [];
        List<ProtoMessage> messages = [];
        List<ProtoEnum> enums = [];
        List<ProtoService> services = [];
        while (!tokens.AtEnd)
        {
            switch (tokens.Next())
            {
                case "syntax":
                    tokens.Expect("=");
                    tokens.Expect("proto3");
                    tokens.Expect(";");
                    break;
                case "package":
                    package = tokens.Next();
                    tokens.Expect(";");
                    break;
                case "import":
                    imports.Add(tokens.Next());
                    tokens.Expect(";");
                    break;
                case "message": messages.Add(Message(tokens)); break;
                case "enum": enums.Add(Enumeration(tokens)); break;
                case "service": services.Add(Service(tokens)); break;
                case var word: Invariant.Unreachable<int>($"{name}: {word}"); break;
            }
        }

        return new ProtoFile(name, package, imports, messages, enums, services);
    }

    private static ProtoMessage Message(ProtoTokens tokens)
    {
        var name = tokens.Next();
        var parts = new Parts();
        tokens.Expect("{");
        while (!tokens.Take("}"))
        {
            if (tokens.Take("message")) parts.Messages.Add(Message(tokens));
            else if (tokens.Take("enum")) parts.Enums.Add(Enumeration(tokens));
            else if (tokens.Take("oneof")) OneOf(tokens, parts);
            else if (tokens.Take("map")) Map(tokens, parts);
            else parts.Fields.Add(Field(tokens, tokens.Take("repeated"), oneOf: null));
        }

        return new ProtoMessage(name, parts.Fields, parts.Messages, parts.Enums, parts.OneOfs);
    }

    private static void OneOf(ProtoTokens tokens, Parts parts)
    {
        parts.OneOfs.Add(tokens.Next());
        tokens.Expect("{");
        while (!tokens.Take("}")) parts.Fields.Add(Field(tokens, isRepeated: false, parts.OneOfs.Count - 1));
    }

    private static ProtoField Field(ProtoTokens tokens, bool isRepeated, int? oneOf)
    {
        var type = tokens.Next();
        var field = new ProtoField(tokens.Next(), tokens.Number(), type, isRepeated, oneOf);
        tokens.Expect(";");
        return field;
    }

    /// <summary>A map is a list of messages of a key and a value.</summary>
    private static void Map(ProtoTokens tokens, Parts parts)
    {
        tokens.Expect("<");
        var key = tokens.Next();
        tokens.Expect(",");
        var value = tokens.Next();
        tokens.Expect(">");
        var name = tokens.Next();
        var entry = EntryName(name);
        parts.Fields.Add(new ProtoField(name, tokens.Number(), entry, IsRepeated: true, OneOf: null));
        tokens.Expect(";");
        ProtoField[] fields = [new("key", 1, key, IsRepeated: false, OneOf: null), new("value", 2, value, IsRepeated: false, OneOf: null)];
        parts.Messages.Add(new ProtoMessage(entry, fields, [], [], [], IsMapEntry: true));
    }

    /// <summary>The compiler's own name: "version_labels" has the entries VersionLabelsEntry.</summary>
    private static string EntryName(string field) => string.Concat(field.Split('_')
        .Select(word => word.Length == 0 ? "" : char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..])) + "Entry";

    private static ProtoEnum Enumeration(ProtoTokens tokens)
    {
        var name = tokens.Next();
        List<(string, int)> values = [];
        tokens.Expect("{");
        while (!tokens.Take("}"))
        {
            values.Add((tokens.Next(), tokens.Number()));
            tokens.Expect(";");
        }

        return new ProtoEnum(name, values);
    }

    private static ProtoService Service(ProtoTokens tokens)
    {
        var name = tokens.Next();
        List<ProtoMethod> methods = [];
        tokens.Expect("{");
        while (!tokens.Take("}"))
        {
            tokens.Expect("rpc");
            var method = tokens.Next();
            var (request, isRequestStream) = Side(tokens);
            tokens.Expect("returns");
            var (reply, isReplyStream) = Side(tokens);
            tokens.Expect(";");
            methods.Add(new ProtoMethod(method, request, reply, isRequestStream, isReplyStream));
        }

        return new ProtoService(name, methods);
    }

    private static (string Type, bool IsStream) Side(ProtoTokens tokens)
    {
        tokens.Expect("(");
        var isStream = tokens.Take("stream");
        var type = tokens.Next();
        tokens.Expect(")");
        return (type, isStream);
    }

    private sealed class Parts
    {
        public List<ProtoField> Fields { get; } = [];

        public List<ProtoMessage> Messages { get; } = [];

        public List<ProtoEnum> Enums { get; } = [];

        public List<string> OneOfs { get; } = [];
    }
}
