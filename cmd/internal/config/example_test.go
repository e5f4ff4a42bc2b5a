package config_test

import (
	"fmt"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
)

func ExampleLoad() {
	c, err := config.Load("", []config.Assignment{
		{Key: "quick", Value: "true", From: "-quick"},
		{Key: "ppo.gae", Value: "paper", From: "-set"},
	})
	fmt.Println(c.PPO.GammaIn, c.PPO.GammaAcross, c.PPO.LambdaAcross, err)

	_, err = config.Load("", []config.Assignment{{Key: "ppo.gama", Value: ".9"}})
	fmt.Println(err)
	// Output:
	// 1 0.99 0.95 <nil>
	// unknown key "ppo.gama": did you mean "ppo.gamma"?
}
