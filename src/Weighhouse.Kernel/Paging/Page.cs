namespace Weighhouse.Kernel;

/// <summary>One page of a list, and the opaque token that asks for the next; null when this is the last.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextToken)
{
    public static readonly Page<T> Empty = new([], null);
}

/// <summary>What a caller asks of a paged list.</summary>
public readonly record struct PageRequest(int Size, string? Token = null);
