using System.Text;

namespace Weighhouse.Registry.Repositories;

/// <summary>
/// What a model's repository is called: the model's name as far as an address can carry it, with "-model" behind it. The name itself is
/// left to the data the model learned from.
/// </summary>
internal static class RepositoryName
{
    /// <summary>Room for "-model-" and a number below what a repository's name may have.</summary>
    private const int SlugLengthMax = 80;

    /// <summary>The first that is free is taken: NAME-model, NAME-model-2 and so on.</summary>
    public static IEnumerable<string> CandidatesOf(string model, int countMax)
    {
        var slug = SlugOf(model);
        yield return $"{slug}-model";
        for (var i = 2; i < countMax; i++) yield return $"{slug}-model-{i}";
    }

    private static string SlugOf(string model)
    {
        var slug = new StringBuilder(model.Length);
        foreach (var letter in model)
        {
            var fits = char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' || (letter is '.' && slug.Length > 0 && slug[^1] != '.');
            slug.Append(fits ? letter : '-');
            if (slug.Length == SlugLengthMax) break;
        }

        if (!char.IsAsciiLetterOrDigit(slug[0])) slug.Insert(0, 'm');
        return slug.ToString();
    }
}
