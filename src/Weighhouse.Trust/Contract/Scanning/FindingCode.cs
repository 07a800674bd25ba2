namespace Weighhouse.Trust.Scanning;

/// <summary>Every kind of finding, named once.</summary>
public static class FindingCode
{
    /// <summary>A pickle names something that is not on the allow-list.</summary>
    public const string PickleGlobal = "pickle-global";

    /// <summary>A pickle uses what is on the allow-list in a way that no pickler does.</summary>
    public const string PickleMisuse = "pickle-misuse";

    /// <summary>A pickle cannot be read to its end: what comes first has run by then.</summary>
    public const string PickleBroken = "pickle-broken";

    /// <summary>An extension code or a persistent id: the program that loads the pickle decides what it is.</summary>
    public const string PickleExternal = "pickle-external";

    /// <summary>Code that runs when the model is used, or may.</summary>
    public const string Code = "code";

    /// <summary>A layer or object of Keras that carries or names code.</summary>
    public const string KerasCode = "keras-code";

    /// <summary>Weights that lie where the model may not reach.</summary>
    public const string ExternalData = "external-data";

    /// <summary>A name that leaves the folder it is unpacked into, or means another file than it says.</summary>
    public const string MemberName = "member-name";

    /// <summary>A member that is no file: a link, a device, a pipe.</summary>
    public const string MemberKind = "member-kind";

    /// <summary>An archive whose two tables of contents differ, or that holds what no table names.</summary>
    public const string Crafted = "crafted";

    /// <summary>Unpacks to far more than it is.</summary>
    public const string Bomb = "bomb";

    /// <summary>Does not keep to its format.</summary>
    public const string Malformed = "malformed";

    /// <summary>Nothing here can read it.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Larger, deeper or longer than a scan goes.</summary>
    public const string Limit = "limit";
}
