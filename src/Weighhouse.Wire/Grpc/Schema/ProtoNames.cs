namespace Weighhouse.Wire.Grpc.Schema;

/// <summary>Every name that the files declare, in full and with the file that declares it.</summary>
internal sealed class ProtoNames
{
    private readonly Dictionary<string, ProtoFile> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _messages = new(StringComparer.Ordinal);
    private readonly HashSet<string> _enums = new(StringComparer.Ordinal);

    public ProtoNames(IEnumerable<ProtoFile> files)
    {
        foreach (var file in files)
        {
            foreach (var message in file.Messages) Add(file, file.Package, message);
            foreach (var enumeration in file.Enums) Add(file, file.Package, enumeration);
            foreach (var service in file.Services)
            {
                var name = Join(file.Package, service.Name);
                _files[name] = file;
                foreach (var method in service.Methods) _files[Join(name, method.Name)] = file;
            }
        }
    }

    /// <summary>The file that declares a message, a field, an enumeration or a value of it, a service or a method; null for none.</summary>
    public ProtoFile? FileOf(string name) => _files.GetValueOrDefault(name);

    public bool IsMessage(string name) => _messages.Contains(name);

    public bool IsEnum(string name) => _enums.Contains(name);

    /// <summary>A type's full name: the innermost scope that has it counts.</summary>
    public string Resolve(string type, string scope)
    {
        for (var outer = scope; ; outer = outer[..outer.LastIndexOf('.')])
        {
            var name = Join(outer, type);
            if (IsMessage(name) || IsEnum(name)) return name;
            if (!outer.Contains('.', StringComparison.Ordinal)) return type;
        }
    }

    public static string Join(string scope, string name) => $"{scope}.{name}";

    private void Add(ProtoFile file, string scope, ProtoMessage message)
    {
        var name = Join(scope, message.Name);
        _files[name] = file;
        _messages.Add(name);
        foreach (var field in message.Fields) _files[Join(name, field.Name)] = file;
        foreach (var nested in message.Messages) Add(file, name, nested);
        foreach (var enumeration in message.Enums) Add(file, name, enumeration);
    }

    private void Add(ProtoFile file, string scope, ProtoEnum enumeration)
    {
        var name = Join(scope, enumeration.Name);
        _files[name] = file;
        _enums.Add(name);
        // A value lies in the scope of its enumeration, not in the enumeration.
        foreach (var (value, _) in enumeration.Values) _files[Join(scope, value)] = file;
    }
}
