using System.Globalization;

namespace Weighhouse.Kernel;

/// <summary>An experiment: a decimal number, "0" being the one that exists from the start.</summary>
public readonly record struct ExperimentId(long Number)
{
    public static readonly ExperimentId Default = new(0);

    public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse(string? text, out ExperimentId id)
    {
        var parsed = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        id = new ExperimentId(number);
        return parsed;
    }
}

/// <summary>A run: 32 lower-case hexadecimal digits when made here; imported runs keep the id they came with.</summary>
public readonly record struct RunId(string Text)
{
    public const int LengthMax = 64;

    public override string ToString() => Text;
}

/// <summary>A logged model: "m-" and 32 hexadecimal digits.</summary>
public readonly record struct LoggedModelId(string Text)
{
    public override string ToString() => Text;
}
