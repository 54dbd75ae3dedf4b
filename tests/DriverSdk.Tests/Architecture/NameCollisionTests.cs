using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace DriverSdk.Tests.Architecture;

[TestClass]
public sealed class NameCollisionTests
{
    private static readonly string[] ImplicitUsings =
        ["System", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks", "System.Collections.Generic"];

    [TestMethod]
    public void NoPublicName_IsOneThatEveryProgramAlreadyUses()
    {
        var taken = PlatformNames();
        Assert.IsTrue(taken.ContainsKey("SpinLock"), "the platform's names were not read");
        Findings.ShouldBeEmpty(
            from assembly in SdkAssemblies.All
            from type in ApiSurface.PublicTypes(assembly)
            where !type.IsNested && taken.ContainsKey(type.Name)
            select $"{type.FullName} collides with {taken[type.Name]}.{type.Name}",
            "choose another name: with implicit usings every user of the type would get CS0104 (style: locks-say-who-and-when)");
    }

    private static Dictionary<string, string> PlatformNames()
    {
        var names = new Dictionary<string, string>();
        foreach (var path in Directory.EnumerateFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "System*.dll"))
        {
            using var image = new PEReader(File.OpenRead(path));
            if (!image.HasMetadata)
                continue;
            var reader = image.GetMetadataReader();
            foreach (var type in reader.TypeDefinitions.Select(reader.GetTypeDefinition).Where(type => (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public))
            {
                if (reader.GetString(type.Namespace) is var space && ImplicitUsings.Contains(space))
                    names[reader.GetString(type.Name)] = space;
            }
        }

        return names;
    }
}
