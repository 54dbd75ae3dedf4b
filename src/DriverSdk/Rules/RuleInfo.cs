namespace DriverSdk.Rules;

/// <summary>One row of the <see cref="RuleCatalog"/>.</summary>
/// <param name="Id">The id that diagnostics and reports carry, as in <c>DRV1001</c>; also the name of the rule's page.</param>
/// <param name="Name">The rule's name in code, as in <c>DmaMappingMustBeUnmapped</c>.</param>
/// <param name="Title">What the rule asks for, in one line.</param>
/// <param name="Category">The range the id lies in: <c>Lifetime</c> for 1xxx, <c>Context</c> for 4xxx, <c>Iommu</c> for 5xxx.</param>
/// <param name="Check">When the rule is checked.</param>
public sealed record RuleInfo(string Id, string Name, string Title, string Category, RuleCheck Check)
{
    /// <summary>Where the rule's page stands in the repository and in the package.</summary>
    public string Page => $"analyzers/rules/{Id}.md";
}
