#include "tools/compiler/edge_code.hpp"

#include <gtest/gtest.h>

namespace signalbox::edge_code_test {

TEST(EdgeCode, CallsBecomeCountsAndTheirSlowPathsStandBehindTheFunction) {
  EXPECT_EQ(inline_edges("f:\n\tcall\t__sanitizer_cov_trace_pc@PLT\n\tret\n\t.cfi_endproc\ng:\n"
                         "\tcallq\t__sanitizer_cov_trace_pc@PLT # 5-byte\n\tret\n\t.size\tg, .-g\n"),
            "f:\n\tsubq $1, signalbox_edges(%rip)\n\tjs .Lsb_gone_0\n.Lsb_edge_0:\n\tret\n\t.cfi_endproc\n"
            ".Lsb_gone_0:\n\tcall signalbox_edges_gone\n\tjmp .Lsb_edge_0\ng:\n"
            "\tsubq $1, signalbox_edges(%rip)\n\tjs .Lsb_gone_1\n.Lsb_edge_1:\n\tret\n\t.size\tg, .-g\n"
            ".Lsb_gone_1:\n\tcall signalbox_edges_gone\n\tjmp .Lsb_edge_1\n");
}

TEST(EdgeCode, OtherCodeStaysAsItIs) {
  for (const char* code : {"\tcall\tprintf@PLT\n", "\tjmp\t.L3\n.L3:\n\tret\n", ".L2:\n\taddl\t$1, %eax\n\tjmp\t.L2\n",
                           "\t.string \"call __sanitizer_cov_trace_pc\"\n", ".L2:\n\tjne\t.L2\n", ""}) {
    EXPECT_EQ(inline_edges(code), code);
  }
}

TEST(EdgeCode, AnEdgeThatIsTheLastThingOfAFunctionComesBack) {
  EXPECT_EQ(inline_edges("\tjmp\t__sanitizer_cov_trace_pc@PLT\n\t.cfi_endproc\n"),
            "\tsubq $1, signalbox_edges(%rip)\n\tjs .Lsb_gone_0\n.Lsb_edge_0:\n\tret\n\t.cfi_endproc\n"
            ".Lsb_gone_0:\n\tcall signalbox_edges_gone\n\tjmp .Lsb_edge_0\n");
}

TEST(EdgeCode, TheCompilersOwnCopyIsNobodys) {
  EXPECT_EQ(inline_edges("\t.globl\t__sanitizer_cov_trace_pc\n\t.hidden\t__sanitizer_cov_trace_pc\n"
                         "\t.globl\tmain\n__sanitizer_cov_trace_pc:\n\tret\n"),
            "\t.globl\tmain\n__sanitizer_cov_trace_pc:\n\tret\n");
}

TEST(EdgeCode, AnEmptyLoopGetsAnEdge) {
  const std::string counted =
      "\tleaq -128(%rsp), %rsp\n\tandq $-16, %rsp\n.Lsb_loop_0:\n"
      "\tsubq $1, signalbox_edges(%rip)\n\tjs .Lsb_gone_0\n.Lsb_edge_0:\n\tjmp .Lsb_loop_0\n"
      ".Lsb_gone_0:\n\tcall signalbox_edges_gone\n\tjmp .Lsb_edge_0\n";
  EXPECT_EQ(inline_edges(".L2:\n\tjmp\t.L2\n"), ".L2:\n" + counted);
  EXPECT_EQ(inline_edges(".L2:\n.L5:\n\t.loc 1 3 3\n\tnop\n\tjmp\t.L2\n"),
            ".L2:\n.L5:\n\t.loc 1 3 3\n\tnop\n" + counted);
}

}  // namespace signalbox::edge_code_test
