namespace Weighhouse.Data;

/// <summary>SQLite's result codes that the engine distinguishes, by the names of sqlite3.h.</summary>
internal static class SqliteCode
{
    public const int Ok = 0;
    public const int Error = 1;
    public const int Busy = 5;
    public const int Locked = 6;
    public const int NoMemory = 7;
    public const int ReadOnly = 8;
    public const int Interrupt = 9;
    public const int InputOutput = 10;
    public const int Corrupt = 11;
    public const int Full = 13;
    public const int CannotOpen = 14;
    public const int Protocol = 15;
    public const int TooBig = 18;
    public const int Constraint = 19;
    public const int NotADatabase = 26;
    public const int Row = 100;
    public const int Done = 101;

    public const int ConstraintForeignKey = 787;
    public const int ConstraintPrimaryKey = 1555;
    public const int ConstraintUnique = 2067;
    public const int ConstraintRowId = 2579;

    public const int TypeNull = 5;

    /// <summary>The low byte of an extended code is the code it refines.</summary>
    public static int Primary(int code) => code & 0xff;
}
