using System.Reflection;
using DriverSdk.Rules;
using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Model;

/// <summary>The rules the analyzers check. Title, message and description are three sentences: what is asked, what is wrong here, why and what to do.</summary>
internal static class RuleDescriptors
{
    public static readonly DiagnosticDescriptor DmaMappingMustBeUnmapped = new(
        RuleIds.DmaMappingMustBeUnmapped,
        RuleIds.Titles.DmaMappingMustBeUnmapped,
        "The mapping made by '{0}' is still mapped when this code leaves {1}",
        RuleIds.Categories.Lifetime,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A mapping that nobody unmaps keeps its IOVA range and leaves the device a way into memory that will belong to somebody else. Unmap it before every exit, in a finally block, or through a scope; a mapping that is stored, returned or passed on is its new holder's duty. Suppress it where the mapping is meant to live as long as the machine.",
        HelpLink(RuleIds.DmaMappingMustBeUnmapped));

    public static readonly DiagnosticDescriptor MemoryFreedWhileMapped = new(
        RuleIds.MemoryFreedWhileMapped,
        RuleIds.Titles.MemoryFreedWhileMapped,
        "'{0}' frees memory that the mapping made by '{1}' still gives to the device",
        RuleIds.Categories.Lifetime,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "The device can read and write freed memory, and whoever allocates it next, until the mapping is gone. Unmap first, then free. Suppress it only where the device is known to be dead and its mapping torn down with its domain.",
        HelpLink(RuleIds.MemoryFreedWhileMapped));

    public static readonly DiagnosticDescriptor StaticKeySwitchedInAtomic = new(
        RuleIds.StaticKeySwitchedInAtomic,
        RuleIds.Titles.StaticKeySwitchedInAtomic,
        "'{0}' {1} a static key in atomic context: {2}",
        RuleIds.Categories.Context,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Switching a static key rewrites code: it takes a mutex and waits for every CPU, so it sleeps, and with a spinlock held or in an interrupt handler the machine can deadlock. Switch the key after the lock is released, or from a work item. There is no good reason to suppress it in a driver.",
        HelpLink(RuleIds.StaticKeySwitchedInAtomic));

    /// <summary>The page of a rule in the repository the build names, and nothing where it names none.</summary>
    private static string HelpLink(string id)
    {
        var repository = typeof(RuleDescriptors).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(data => data.Key == "RepositoryUrl")?.Value;
        return string.IsNullOrEmpty(repository) ? "" : $"{repository!.TrimEnd('/')}/blob/main/analyzers/rules/{id}.md";
    }
}
