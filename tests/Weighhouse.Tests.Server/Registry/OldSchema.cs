using System.Globalization;
using System.Reflection;
using Weighhouse.Registry;

namespace Weighhouse.Tests.Server.Registry;

/// <summary>The registry's migrations up to a number, as a program before the others had them.</summary>
internal sealed class OldSchema(int last) : Assembly
{
    private readonly Assembly _whole = typeof(RegistryModule).Assembly;

    /// <summary>Another one's: the schema that was brought up by this is not that of the whole program.</summary>
    public override Module ManifestModule => typeof(OldSchema).Module;

    public override AssemblyName GetName() => _whole.GetName();

    public override string[] GetManifestResourceNames() =>
    [
        .. _whole.GetManifestResourceNames().Where(name =>
        {
            var at = name.IndexOf("/Migrations/", StringComparison.Ordinal);
            return at >= 0 && int.Parse(name.AsSpan(at + "/Migrations/".Length, 4), CultureInfo.InvariantCulture) <= last;
        }),
    ];

    public override Stream? GetManifestResourceStream(string name) => _whole.GetManifestResourceStream(name);
}
