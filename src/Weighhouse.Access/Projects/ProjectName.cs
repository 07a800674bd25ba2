using System.Buffers;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Projects;

/// <summary>What a project may be called: it stands in scopes, in addresses and in file names.</summary>
internal static class ProjectName
{
    public const int LengthMax = 64;

    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    public static bool IsPossible(string name) => name.Length is > 0 and <= LengthMax && !name.AsSpan().ContainsAnyExcept(Characters);

    public static Error? Refuse(string name) => IsPossible(name)
        ? null
        : Error.Invalid($"A project's name has 1 to {LengthMax} lower-case letters, digits or - _ .", "name");
}
