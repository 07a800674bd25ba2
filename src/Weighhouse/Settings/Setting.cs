using Weighhouse.Kernel;

namespace Weighhouse.Settings;

/// <summary>
/// One thing the server can be told: as an option (<c>--grpc-port 8500</c>), in the environment (<c>WEIGH_GRPC_PORT</c>) or in the
/// configuration file (<c>"grpc-port": 8500</c>); the first that speaks wins, in this order.
/// </summary>
/// <param name="Name">The option's name without dashes in front.</param>
/// <param name="Shape">What a value looks like in help: PORT, DIR.</param>
/// <param name="Default">As text; null when being unset means something of its own, which the help says.</param>
/// <param name="Check">Null when the value is good; otherwise what is wrong with it.</param>
internal sealed record Setting(string Name, string Shape, string? Default, string Help, Func<string, string?> Check)
{
    public string EnvironmentName { get; } = "WEIGH_" + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>Its value is never printed, and leaves the environment once it is read: other programs we start need not have it.</summary>
    public bool IsSecret { get; init; }
}

/// <summary>A value and where it came from, so that an error can name the place to mend.</summary>
internal readonly record struct SettingValue(string? Text, string Source);

internal sealed class SettingValues(IReadOnlyDictionary<string, SettingValue> values)
{
    public string? this[Setting setting] => values[setting.Name].Text;

    public string Required(Setting setting)
    {
        var text = this[setting];
        Invariant.That(text is not null, setting.Name);
        return text;
    }

    public int Number(Setting setting) => int.Parse(Required(setting));
}
